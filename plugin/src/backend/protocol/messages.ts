/** Messages of backend.proto as proto-loader hands them over (int64 as number, bytes as Buffer, missing fields as defaults). */

export interface DataSourceInstanceSettings {
  readonly uid: string;
  readonly name: string;
  readonly url: string;
  readonly user: string;
  readonly database: string;
  readonly jsonData: Buffer;
  readonly decryptedSecureJsonData: Readonly<Record<string, string>>;
  readonly lastUpdatedMS: number;
}

export interface PluginContext {
  readonly orgId: number;
  /** Who asks, and their role; null = Grafana itself, or somebody who is not signed in. */
  readonly user: { readonly login: string; readonly email: string; readonly role: string } | null;
  /** Null when a call is not about a data source. */
  readonly dataSourceInstanceSettings: DataSourceInstanceSettings | null;
}

export interface DataQuery {
  readonly refId: string;
  readonly queryType: string;
  readonly json: Buffer;
  readonly timeRange: { readonly fromEpochMS: number; readonly toEpochMS: number } | null;
}

export interface QueryDataRequest {
  readonly pluginContext: PluginContext | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly queries: readonly DataQuery[];
}

export interface DataResponse {
  readonly frames: readonly Uint8Array[];
  readonly error?: string;
  readonly status: number;
  readonly errorSource?: string;
}

export interface QueryDataResponse {
  readonly responses: Readonly<Record<string, DataResponse>>;
}

export interface CallResourceRequest {
  readonly pluginContext: PluginContext | null;
  readonly path: string;
  readonly method: string;
  readonly url: string;
  readonly body: Buffer;
}

export interface CallResourceResponse {
  readonly code: number;
  readonly headers: Readonly<Record<string, { readonly values: readonly string[] }>>;
  readonly body: Buffer;
}

export interface CheckHealthRequest {
  readonly pluginContext: PluginContext | null;
}

export interface CheckHealthResponse {
  /** 1 = ok, 2 = error. */
  readonly status: 1 | 2;
  readonly message: string;
  readonly jsonDetails: Buffer;
}

export interface CollectMetricsResponse {
  readonly metrics: { readonly prometheus: Buffer };
}

export interface HealthCheckResponse {
  /** 1 = serving. */
  readonly status: 1;
}
