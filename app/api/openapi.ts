/** OpenAPI 3.1 out of the table of endpoints and the schemas that check requests. Built once. */
import { z } from 'zod';
import { endpoints } from '@/console/contracts/endpoints.ts';
import type { Endpoint } from '@/console/contracts/endpoint.ts';
import { problemSchema } from '@/console/contracts/problem.ts';
import { topicTokenHeader } from '@/console/contracts/topics.ts';
import { version } from '@/console/services/version.ts';

type Json = Record<string, unknown>;

const problemAnswer = {
  description: 'Problem details (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** JSON Schema with named parts moved to the components. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }));
  const {
    $defs,
    $schema: _,
    ...rest
  } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
  for (const [name, part] of Object.entries(($defs ?? {}) as Json))
    components[name] ??= withoutId(part as Json);
  const name = schema.meta()?.id;
  if (name === undefined) return rest;
  components[name] ??= withoutId(rest);
  return { $ref: `#/components/schemas/${name}` };
}

function withoutId({ id: _id, $id: _dollarId, ...schema }: Json): Json {
  return schema;
}

function parametersOf(name: string, endpoint: Endpoint, components: Json): Json[] {
  const parameters: Json[] = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, part]) => ({
    name: part,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  if (endpoint.query !== undefined) {
    const schema = schemaOf(endpoint.query, 'input', components);
    const required = new Set((schema['required'] as string[] | undefined) ?? []);
    for (const [key, property] of Object.entries((schema['properties'] ?? {}) as Json)) {
      parameters.push({ name: key, in: 'query', required: required.has(key), schema: property });
    }
  }
  if (name === 'deleteTopic')
    parameters.push({ name: topicTokenHeader, in: 'header', schema: { type: 'string' } });
  return parameters;
}

/** A file's schema is that of one of its lines. */
function contentOf({ form }: Endpoint, schema: Json): Json {
  if (form === 'stream') return { 'text/event-stream': { schema } };
  if (form !== 'download') return { 'application/json': { schema } };
  return { 'text/csv': { schema: { type: 'string' } }, 'application/x-ndjson': { schema } };
}

/** Who may: nobody has to ask, only those who signed in, or also a token. */
function securityOf({ role, people }: Endpoint): Json {
  if (role === null) return { security: [] };
  return { 'x-role': role, ...(people === true ? { security: [{ session: [] }] } : {}) };
}

function operationOf(name: string, endpoint: Endpoint, components: Json): Json {
  const content =
    endpoint.answer === null
      ? {}
      : { content: contentOf(endpoint, schemaOf(endpoint.answer, 'output', components)) };
  const body =
    endpoint.body === undefined
      ? {}
      : {
          requestBody: {
            required: endpoint.method !== 'DELETE',
            content: { 'application/json': { schema: schemaOf(endpoint.body, 'input', components) } },
          },
        };
  return {
    operationId: name,
    summary: endpoint.summary,
    ...securityOf(endpoint),
    parameters: parametersOf(name, endpoint, components),
    ...body,
    responses: { [endpoint.success]: { description: 'Done', ...content }, default: problemAnswer },
  };
}

function build(): Json {
  const components: Json = {};
  schemaOf(problemSchema, 'output', components);
  const paths: Record<string, Json> = {};
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const path = (paths[`/api/v1${endpoint.path}`] ??= {});
    path[endpoint.method.toLowerCase()] = operationOf(name, endpoint, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Aquila',
      version,
      description: 'Watches Apache Kafka. A value that is not known is null, never 0.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { session: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'aquila.session' },
      },
    },
  };
}

let document: Json | null = null;

export function openApiDocument(): Json {
  return (document ??= build());
}
