import { Type } from 'class-transformer';
import { IsArray, IsIn, IsObject, IsOptional, IsString, ValidateIf, ValidateNested } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import {
  MESSAGE_ROLES,
  SENDER_TYPES,
  SESSION_SOURCES,
  SESSION_STATUSES,
  SESSION_TAGS,
  SESSION_TYPES,
} from '../enums';
import type {
  LinkKind,
  MessageRole,
  SenderType,
  SessionSource,
  SessionStatus,
  SessionTag,
  SessionType,
} from '../enums';
import {
  EmailAddress,
  Iso8601,
  MaxCount,
  MaxJsonBytes,
  MaxUtf8Bytes,
  NotBlankText,
  NotEmptyText,
  StorableJson,
  StorableText,
  TogetherWith,
} from '../validation/rules';

/** May be left out, but not null. */
function Optional(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/** May be left out; null says that there is no value. */
function OptionalOrNull(): PropertyDecorator {
  return (target, property) => {
    IsOptional()(target, property);
    JSONSchema({ nullable: true })(target, String(property));
  };
}

/** The `messages` of a session to create. */
export class CreateMessageDto {
  /** Who speaks. */
  @IsIn(MESSAGE_ROLES)
  role!: MessageRole;

  /** What is said. White space around it is trimmed; nothing must not be all that is left. */
  @IsString()
  @NotBlankText()
  @StorableText()
  @MaxUtf8Bytes('messageBytes')
  content!: string;

  /** When it was said, ISO 8601. The time of acceptance when left out. */
  @Optional()
  @IsString()
  @Iso8601()
  created_at?: string;

  /** Who or what wrote it. `user` for the role `user` and `ai` for `assistant` when left out. */
  @Optional()
  @IsIn(SENDER_TYPES)
  sender_type?: SenderType;
}

/** The ids that a session is linked to. Ids that are unknown here are kept as given. */
export class LinkedEntitiesDto implements Partial<Record<LinkKind, string[]>> {
  /** Companies. */
  @Optional()
  @IsArray()
  @MaxCount('links')
  @IsString({ each: true })
  @NotEmptyText({ each: true })
  @StorableText({ each: true })
  companies?: string[];

  /** Issues of a tracker. */
  @Optional()
  @IsArray()
  @MaxCount('links')
  @IsString({ each: true })
  @NotEmptyText({ each: true })
  @StorableText({ each: true })
  issues?: string[];

  /** Knowledge sources. */
  @Optional()
  @IsArray()
  @MaxCount('links')
  @IsString({ each: true })
  @NotEmptyText({ each: true })
  @StorableText({ each: true })
  knowledge_sources?: string[];

  /** Product scopes. */
  @Optional()
  @IsArray()
  @MaxCount('links')
  @IsString({ each: true })
  @NotEmptyText({ each: true })
  @StorableText({ each: true })
  product_scopes?: string[];
}

/** The body that creates a session, and a session of a batch. */
export class CreateSessionDto {
  /** Display name. */
  @OptionalOrNull()
  @IsString()
  @StorableText()
  name?: string | null;

  /** Brief description of the session context. */
  @OptionalOrNull()
  @IsString()
  @StorableText()
  description?: string | null;

  /** Default `active`. */
  @Optional()
  @IsIn(SESSION_STATUSES)
  status?: SessionStatus;

  /** Default `api`. */
  @Optional()
  @IsIn(SESSION_SOURCES)
  source?: SessionSource;

  /** Default `meeting` for the sources `gong` and `fathom`, `behavioral` for `posthog`, else `chat`. */
  @Optional()
  @IsIn(SESSION_TYPES)
  session_type?: SessionType;

  /** System that the session was copied from. With `external_id` it names one session of the project for ever. */
  @Optional()
  @IsString()
  @NotEmptyText()
  @StorableText()
  @TogetherWith('external_id')
  external_source?: string;

  /** Id of the session in that system. */
  @Optional()
  @IsString()
  @NotEmptyText()
  @StorableText()
  @TogetherWith('external_source')
  external_id?: string;

  /** ID of an existing contact to associate. */
  @OptionalOrNull()
  @IsString()
  @StorableText()
  contact_id?: string | null;

  /** E-mail address that finds or creates the contact. `user_metadata.email` does it when this is left out. */
  @OptionalOrNull()
  @IsString()
  @EmailAddress()
  contact_email?: string | null;

  /** External user identifier, stored in `user_metadata.userId`. */
  @OptionalOrNull()
  @IsString()
  @StorableText()
  user_id?: string | null;

  /** Key-value metadata about the user. */
  @Optional()
  @IsObject()
  @StorableJson()
  @MaxJsonBytes('metadataBytes')
  user_metadata?: Record<string, unknown>;

  /** URL where the feedback was captured. */
  @OptionalOrNull()
  @IsString()
  @StorableText()
  page_url?: string | null;

  /** Title of that page. */
  @OptionalOrNull()
  @IsString()
  @StorableText()
  page_title?: string | null;

  /** Tags; duplicates collapse. */
  @Optional()
  @IsArray()
  @IsIn(SESSION_TAGS, { each: true })
  tags?: SessionTag[];

  /** Arbitrary key-value data. */
  @Optional()
  @IsObject()
  @StorableJson()
  @MaxJsonBytes('metadataBytes')
  custom_fields?: Record<string, unknown>;

  /** Entities that the session is linked to. */
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => LinkedEntitiesDto)
  linked_entities?: LinkedEntitiesDto;

  /** The conversation, in order. */
  @Optional()
  @IsArray()
  @MaxCount('messages')
  @ValidateNested({ each: true })
  @Type(() => CreateMessageDto)
  messages?: CreateMessageDto[];
}
