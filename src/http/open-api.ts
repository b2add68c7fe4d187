import { type JsonSchema, jsonSchemaOf } from '../config/json-schema-of.js';
import { COMMANDS } from '../control/commands/index.js';
import { ROUTES, type Route } from './routes.js';

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

let document: JsonSchema | undefined;

/** The API described for programs: OpenAPI 3.1, made from the table of commands and its schemas. */
export function openApiDocument(): JsonSchema {
  document ??= {
    openapi: '3.1.0',
    info: { title: 'sipsiren', version: '1', description: 'A software strobe siren that answers SIP calls.' },
    servers: [{ url: '/api/v1' }],
    paths: paths(),
    components: { schemas: { Problem: problemSchema() } },
  };
  return document;
}

function paths(): JsonSchema {
  const all: Record<string, JsonSchema> = { '/events': { get: eventsOperation() } };
  for (const route of ROUTES) {
    all[route.path] = { ...all[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return all;
}

function operation(route: Route): JsonSchema {
  const command = COMMANDS.find((one) => one.name === route.command);
  const input = command ? fieldsOf(jsonSchemaOf(command.input)) : {};
  const body = route.body === undefined ? undefined : input[route.body];
  return {
    operationId: route.command,
    summary: command?.summary,
    'x-role': command?.role,
    parameters: parametersOf(route, input),
    ...(body !== undefined && {
      requestBody: { required: true, content: bodyContent(route, body) },
    }),
    responses: {
      [String(route.status ?? 200)]: { description: 'Done.' },
      default: { description: 'Refused or failed.', content: PROBLEM },
    },
  };
}

function bodyContent({ upload }: Route, schema: unknown): JsonSchema {
  if (upload === undefined) return { 'application/json': { schema } };
  return Object.fromEntries(upload.types.map((type) => [type, {}]));
}

function fieldsOf(schema: JsonSchema): JsonSchema {
  const fields = schema['properties'];
  return typeof fields === 'object' && fields !== null ? (fields as JsonSchema) : {};
}

function parametersOf(route: Route, input: JsonSchema): readonly JsonSchema[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: input[name] ?? {},
  }));
  const inQuery = Object.keys(route.query ?? {}).map((name) => ({
    name,
    in: 'query',
    schema: input[name] ?? {},
  }));
  return [...inPath, ...inQuery];
}

function eventsOperation(): JsonSchema {
  return {
    operationId: 'events',
    summary: 'Server-sent events: device, status, missed, and frame for viewers who ask with frames=1.',
    parameters: [
      { name: 'frames', in: 'query', schema: { enum: ['1'] } },
      { name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } },
    ],
    responses: { 200: { description: 'The stream.', content: { 'text/event-stream': {} } } },
  };
}

function problemSchema(): JsonSchema {
  const text = { type: 'string' };
  const field = {
    type: 'object',
    properties: { path: text, message: text, accepted: text },
    required: ['path', 'message'],
  };
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code'],
    properties: {
      type: text,
      title: text,
      status: { type: 'integer' },
      detail: text,
      code: text,
      errors: { type: 'array', items: field },
    },
  };
}
