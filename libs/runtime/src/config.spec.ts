import { IsArray, IsBoolean, IsInt, IsOptional, IsString, IsUrl, Max, Min } from 'class-validator';
import { ConfigError, loadConfig } from './config';

class ExampleConfig {
  @IsUrl({ protocols: ['nats'], require_tld: false })
  natsUrl: string;

  @IsInt()
  @Min(1)
  @Max(65_535)
  httpPort: number;

  @IsBoolean()
  useTls = false;

  @IsInt()
  retries = 3;

  @IsArray()
  @IsString({ each: true })
  allowedHosts: string[] = [];

  @IsOptional()
  @IsString()
  natsPassword?: string;
}

describe('loadConfig', () => {
  it('reads and converts variables and keeps defaults', () => {
    const config = loadConfig(ExampleConfig, {
      NATS_URL: 'nats://localhost:4222',
      HTTP_PORT: '8080',
      ALLOWED_HOSTS: 'a, b',
      RETRIES: '5',
      NATS_PASSWORD: '',
    });
    expect(config).toEqual({
      natsUrl: 'nats://localhost:4222',
      httpPort: 8080,
      useTls: false,
      retries: 5,
      allowedHosts: ['a', 'b'],
    });
    expect(config).toBeInstanceOf(ExampleConfig);
  });

  it('names every bad variable at once, without its value', () => {
    const load = () => loadConfig(ExampleConfig, { HTTP_PORT: '80x', USE_TLS: 'perhaps' });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/NATS_URL is missing/);
    expect(load).toThrow(/HTTP_PORT: /);
    expect(load).toThrow(/USE_TLS: /);
    expect(load).not.toThrow(/80x|perhaps/);
  });
});
