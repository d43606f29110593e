import { createHash } from 'node:crypto';
import { Body, Controller, HttpCode, Post, Req, UseGuards, type RawBodyRequest } from '@nestjs/common';
import { PlayRequest, type PlayAnswer } from './play.dto';
import { PlayService } from './play.service';
import { SignatureGuard } from './signature.guard';

@Controller('callbacks/games/demo/softswiss')
export class PlayController {
  constructor(private readonly plays: PlayService) {}

  @Post('play')
  @HttpCode(200)
  @UseGuards(SignatureGuard)
  play(@Body() body: PlayRequest, @Req() request: RawBodyRequest<object>): Promise<PlayAnswer> {
    const digest = createHash('sha256')
      .update(request.rawBody ?? '')
      .digest('hex');
    return this.plays.play(body, digest);
  }
}
