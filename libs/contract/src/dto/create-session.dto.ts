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
  MaxUtf8Bytes,
  NotBlankText,
  NotEmptyText,
  StorableJson,
  StorableText,
  TogetherWith,
} from '../validation/rules';

/*
 * The first decorator of every field says whether it may be left out, and what it is: that text is the field's
 * comment for whoever reads this file, and its description in the OpenAPI document.
 */

const NUMBERS = 'Whole numbers beyond 2^53, and those closer to 0 than 1e-50, must be sent as strings.';

/** Must be given. */
function Required(description: string): PropertyDecorator {
  return (target, property) => JSONSchema({ description })(target, String(property));
}

/** May be left out, but not null. */
function Optional(description: string): PropertyDecorator {
  return (target, property) => {
    ValidateIf((_object, value) => value !== undefined)(target, property);
    JSONSchema({ description })(target, String(property));
  };
}

/** May be left out; null says that there is no value. */
function OptionalOrNull(description: string): PropertyDecorator {
  return (target, property) => {
    IsOptional()(target, property);
    JSONSchema({ description, nullable: true })(target, String(property));
  };
}

/** The `messages` of a session to create. */
export class CreateMessageDto {
  @Required('Who speaks.')
  @IsIn(MESSAGE_ROLES)
  role!: MessageRole;

  @Required('What is said. White space around it is trimmed; what is left must not be empty.')
  @IsString()
  @NotBlankText()
  @StorableText()
  @MaxUtf8Bytes('messageBytes')
  content!: string;

  @Optional('When it was said, ISO 8601. The time of acceptance when left out.')
  @IsString()
  @Iso8601()
  created_at?: string;

  @Optional('Who or what wrote it. `user` for the role `user` and `ai` for `assistant` when left out.')
  @IsIn(SENDER_TYPES)
  sender_type?: SenderType;
}

/** Ids of entities of one kind; may be left out. */
function LinkedIds(description: string): PropertyDecorator {
  return (target, property) => {
    for (const decorate of [
      Optional(description),
      IsArray(),
      MaxCount('links'),
      IsString({ each: true }),
      NotEmptyText({ each: true }),
      StorableText({ each: true }),
      MaxUtf8Bytes('idBytes', { each: true }),
    ]) {
      decorate(target, property);
    }
  };
}

/** The ids that a session is linked to. Ids that are unknown here are kept as given. */
export class LinkedEntitiesDto implements Partial<Record<LinkKind, string[]>> {
  @LinkedIds('Companies.')
  companies?: string[];

  @LinkedIds('Issues of a tracker.')
  issues?: string[];

  @LinkedIds('Knowledge sources.')
  knowledge_sources?: string[];

  @LinkedIds('Product scopes.')
  product_scopes?: string[];
}

/** The body that creates a session, and a session of a batch. */
export class CreateSessionDto {
  @OptionalOrNull('Display name.')
  @IsString()
  @StorableText()
  @MaxUtf8Bytes('textBytes')
  name?: string | null;

  @OptionalOrNull('Brief description of the session context.')
  @IsString()
  @StorableText()
  @MaxUtf8Bytes('textBytes')
  description?: string | null;

  @Optional('Where the session stands. Default `active`.')
  @IsIn(SESSION_STATUSES)
  status?: SessionStatus;

  @Optional('Where the session came from. Default `api`.')
  @IsIn(SESSION_SOURCES)
  source?: SessionSource;

  @Optional(
    'What kind of record it is. Default `meeting` for the sources `gong` and `fathom`, `behavioral` for `posthog`, else `chat`.',
  )
  @IsIn(SESSION_TYPES)
  session_type?: SessionType;

  @Optional(
    'System that the session was copied from. With `external_id` it names one session of the project for ever.',
  )
  @IsString()
  @NotEmptyText()
  @StorableText()
  @MaxUtf8Bytes('textBytes')
  @TogetherWith('external_id')
  external_source?: string;

  @Optional('Id of the session in that system.')
  @IsString()
  @NotEmptyText()
  @StorableText()
  @MaxUtf8Bytes('textBytes')
  @TogetherWith('external_source')
  external_id?: string;

  @OptionalOrNull('ID of an existing contact to associate.')
  @IsString()
  @StorableText()
  @MaxUtf8Bytes('idBytes')
  contact_id?: string | null;

  @OptionalOrNull(
    'E-mail address that finds or creates the contact. `user_metadata.email` does it when this is left out. An external ' +
      'record that is sent again with an address, and without `contact_id`, gets the contact of the address.',
  )
  @IsString()
  @EmailAddress()
  contact_email?: string | null;

  @OptionalOrNull(
    'External user identifier, stored in `user_metadata.userId`, which it overrides. An external record that is sent again ' +
      'has its user metadata replaced as a whole, also by a `user_id` alone.',
  )
  @IsString()
  @StorableText()
  @MaxUtf8Bytes('textBytes')
  user_id?: string | null;

  @Optional(`Key-value metadata about the user. ${NUMBERS}`)
  @IsObject()
  @StorableJson('metadataBytes')
  user_metadata?: Record<string, unknown>;

  @OptionalOrNull('URL where the feedback was captured.')
  @IsString()
  @StorableText()
  @MaxUtf8Bytes('textBytes')
  page_url?: string | null;

  @OptionalOrNull('Title of that page.')
  @IsString()
  @StorableText()
  @MaxUtf8Bytes('textBytes')
  page_title?: string | null;

  @Optional('Tags; duplicates collapse.')
  @IsArray()
  @IsIn(SESSION_TAGS, { each: true })
  tags?: SessionTag[];

  @Optional(`Arbitrary key-value data. ${NUMBERS}`)
  @IsObject()
  @StorableJson('metadataBytes')
  custom_fields?: Record<string, unknown>;

  @Optional('Entities that the session is linked to.')
  @IsObject()
  @ValidateNested()
  @Type(() => LinkedEntitiesDto)
  linked_entities?: LinkedEntitiesDto;

  @Optional('The conversation, in order.')
  @IsArray()
  @MaxCount('messages')
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CreateMessageDto)
  messages?: CreateMessageDto[];
}
