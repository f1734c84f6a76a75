# syntax=docker/dockerfile:1
# Two images of one build: `collector` runs the collector, `plugin` carries the built Grafana plugin to the folder it is given.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY collector/package.json collector/
COPY plugin/package.json plugin/
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM busybox:1.37.0-musl AS plugin
COPY --from=build /app/plugin/dist /plugin
CMD ["sh", "-c", "rm -rf /target/* && cp -a /plugin/. /target/ && chmod 0755 /target/gpx_*"]

FROM node:24.21.0-bookworm-slim AS collector
RUN apt-get update && apt-get install --yes --no-install-recommends git ca-certificates openssh-client && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY collector/package.json collector/
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --workspace collector --no-audit --no-fund
COPY collector collector
RUN mkdir -p /data && chown node:node /data
USER node
ENV NODE_ENV=production
VOLUME /data
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=30 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4318/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "collector/src/main.ts"]
CMD ["run"]
