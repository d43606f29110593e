import { IsInt, IsOptional, IsString, Max, Min, MinLength } from 'class-validator';

/** The gateway's environment; the rest is in the file that `GATEWAY_CONFIG` names. */
export class GatewayConfig {
  @IsString() @MinLength(1) natsUrl: string;
  @IsString() @MinLength(1) natsUser = 'gateway';
  @IsOptional() @IsString() natsPassword?: string;
  /** Health and metrics. */
  @IsInt() @Min(0) @Max(65_535) httpPort: number;
  @IsString() httpHost = '127.0.0.1';
  /** The public edge. */
  @IsInt() @Min(0) @Max(65_535) gatewayPort = 8080;
  @IsString() gatewayHost = '127.0.0.1';
  /** Path of a JSON file, see EdgeSettings. */
  @IsString() @MinLength(1) gatewayConfig: string;
  /** PEM files; with both the edge speaks TLS >= 1.2 only. */
  @IsOptional() @IsString() gatewayTlsCert?: string;
  @IsOptional() @IsString() gatewayTlsKey?: string;
  /** Requests in flight at once, waiting for a place, and how long they may wait. */
  @IsInt() @Min(1) gatewayMaxInFlight = 400;
  @IsInt() @Min(0) gatewayMaxQueued = 2_000;
  @IsInt() @Min(1) gatewayMaxWaitMs = 1_000;
  /** Streamed answers open at once: in all, of one player, of one machine client. */
  @IsInt() @Min(0) gatewayMaxStreams = 2_000;
  @IsInt() @Min(1) gatewayMaxStreamsPerPlayer = 5;
  @IsInt() @Min(1) gatewayMaxStreamsPerClient = 1_000;
  /** How often it is asked whether the caller of an open stream still may have it. */
  @IsInt() @Min(100) gatewayStreamRecheckMs = 10_000;
}
