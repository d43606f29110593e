import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

export class PlayAction {
  @IsIn(['bet', 'win']) action: 'bet' | 'win';
  /** Minor units. */
  @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) amount: number;
  @IsString() action_id: string;
  @IsOptional() @IsInt() jackpot_contribution?: number;
  @IsOptional() @IsInt() jackpot_win?: number;
}

/** softswiss' `POST /play`. */
export class PlayRequest {
  @IsString() user_id: string;
  @IsString() currency: string;
  @IsString() game: string;
  @IsString() game_id: string;
  @IsOptional() @IsBoolean() finished?: boolean;
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(64)
  @ValidateNested({ each: true })
  @Type(() => PlayAction)
  actions?: PlayAction[];
}

export class PlayedTransaction {
  action_id: string;
  tx_id: string;
  processed_at: string;
}

export class PlayAnswer {
  balance: number;
  game_id: string;
  transactions: PlayedTransaction[];
}
