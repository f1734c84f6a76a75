# Two images of one build: `collector` runs the collector, `plugin` carries the built Grafana plugin to the folder it is given.
# Both run as a numbered user without rights, on a read-only root file system. For several platforms at once:
#   docker buildx build --platform linux/amd64,linux/arm64 --target collector -t REGISTRY/throughline-collector:0.1.0 --push .
# In a closed network: base images under the same names in a registry mirror, and
#   --build-arg NPM_REGISTRY=https://npm.example.com --build-arg DEBIAN_MIRROR=http://debian.example.com --secret id=ca,src=own-ca.crt
# Whatever is the same for every platform is installed and built once, on the platform that builds.
FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim AS sources
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY collector/package.json collector/
COPY plugin/package.json plugin/

# What the collector runs on: plain JavaScript. Node is in the image and Postgres beside it, so neither optional package is needed.
FROM sources AS dependencies
ARG NPM_REGISTRY
RUN --mount=type=secret,id=ca NODE_EXTRA_CA_CERTS=/run/secrets/ca npm ci ${NPM_REGISTRY:+--registry "$NPM_REGISTRY"} \
  --omit=dev --omit=optional --workspace collector --no-audit --no-fund && npm cache clean --force \
  && mkdir -p collector/node_modules

FROM sources AS build
ARG NPM_REGISTRY
RUN --mount=type=secret,id=ca NODE_EXTRA_CA_CERTS=/run/secrets/ca npm ci ${NPM_REGISTRY:+--registry "$NPM_REGISTRY"} \
  --include=dev --no-audit --no-fund
COPY . .
ARG BUILDARCH
ARG TARGETARCH
RUN node plugin/scripts/build.ts $([ "$TARGETARCH" = "$BUILDARCH" ] || echo --all) \
  && find plugin/dist -name 'gpx_*' ! -name "gpx_*_linux_$TARGETARCH" -delete \
  && chmod 0755 plugin/dist/gpx_* && mkdir target

FROM busybox:1.37.0-musl AS plugin
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Throughline plugin" \
      org.opencontainers.image.description="The Grafana data source of Throughline, copied to /target" \
      org.opencontainers.image.base.name="docker.io/library/busybox:1.37.0-musl" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /app/plugin/dist /plugin
# A new volume takes over the owner of the folder that it is mounted on.
COPY --from=build --chown=65534:65534 /app/target /target
USER 65534:65534
CMD ["sh", "-ec", "rm -rf /target/*; cp -R /plugin/. /target/"]

FROM node:24.21.0-bookworm-slim AS collector
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Throughline collector" \
      org.opencontainers.image.description="Collects repository, deploy, incident and AI-tool telemetry into Postgres" \
      org.opencontainers.image.base.name="docker.io/library/node:24.21.0-bookworm-slim" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ARG DEBIAN_MIRROR
RUN if [ -n "$DEBIAN_MIRROR" ]; then sed -i "s#http://deb.debian.org#$DEBIAN_MIRROR#" /etc/apt/sources.list.d/*.sources; fi \
  && apt-get update \
  && apt-get install --yes --no-install-recommends git ca-certificates openssh-client \
  && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /opt/yarn-* /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/yarn /usr/local/bin/yarnpkg \
  && mkdir /data && chown 1000:1000 /data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
# Versions of packages that the collector alone has; npm puts them beside it.
COPY --from=dependencies /app/collector/node_modules collector/node_modules
COPY package.json ./
COPY collector/package.json collector/
COPY collector/migrations collector/migrations
COPY collector/src collector/src
USER 1000:1000
ENV NODE_ENV=production THROUGHLINE_HOME=/data
VOLUME /data
ENTRYPOINT ["node", "--max-semi-space-size=4", "collector/src/main.ts"]
CMD ["run"]
