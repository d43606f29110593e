import 'reflect-metadata';
import { Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PlayController } from './play.controller';
import { PlayService } from './play.service';
import { rows } from './rows';

/**
 * The callback as it is usually built, to compare with: one Nest process with its default HTTP platform, TypeORM's
 * entity manager, one transaction per call. It checks and writes what the platform does.
 */
@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      entities: rows,
      // A database of this run alone.
      synchronize: true,
      poolSize: 16,
    }),
  ],
  controllers: [PlayController],
  providers: [PlayService],
})
class UsualModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(UsualModule, { rawBody: true, logger: ['error', 'warn'] });
  app.useGlobalPipes(new ValidationPipe({ transform: true }));
  app.enableShutdownHooks();
  await app.listen(Number(process.env.HTTP_PORT), '127.0.0.1');
  process.stdout.write('ready\n');
}

void main();
