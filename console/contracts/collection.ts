/** What watching costs: one round that was asked for, and the mean per minute, broker and API. */
import { z } from 'zod';
import { freshnessSchema } from './envelope.ts';

const requests = z.record(z.string(), z.number()).describe('requests by Kafka API name');

export const roundCostSchema = z
  .object({
    requests,
    bytesSent: z.number(),
    bytesReceived: z.number(),
    seconds: z.number(),
    cpuSeconds: z.number(),
  })
  .meta({ id: 'RoundCost' });
export type RoundCost = z.infer<typeof roundCostSchema>;

export const costSchema = z
  .object({
    windowSeconds: z.number().describe('the time the means are taken over'),
    rounds: z.number().int(),
    perMinute: roundCostSchema,
    brokers: z.array(
      z.object({
        brokerId: z.number().int().nullable().describe('null for requests sent before the broker is known'),
        requests,
        bytesSent: z.number(),
        bytesReceived: z.number(),
      }),
    ),
    beats: z
      .array(
        z.object({
          name: z.enum(['lag', 'lastStable', 'quorum', 'logDirs', 'earliest', 'topicConfigs']),
          everySeconds: z.number(),
          rounds: z.number().int().describe('rounds of the window that asked for it'),
        }),
      )
      .describe('what is asked how often: lag in every round, the rest more seldom'),
    skippedRounds: z.number().int().describe('rounds of the window that were due while another one went on'),
    cannotTell: z
      .array(z.object({ what: z.string(), reason: z.string() }))
      .describe('what this cluster cannot tell, and what it would need'),
    historyRowsPerHour: z
      .number()
      .nullable()
      .describe('rows of history written for this cluster, mean of the last hour; null at first'),
    console: z
      .object({
        cpuPercent: z.number().describe('mean since the start; 100 is one CPU'),
        memoryBytes: z.number(),
        diskBytesPerHour: z
          .number()
          .nullable()
          .describe('written to the disks of this machine, mean since the start; null where it is not told'),
      })
      .describe('the process of the console, for all clusters'),
  })
  .extend(freshnessSchema.shape)
  .meta({ id: 'Cost' });
export type Cost = z.infer<typeof costSchema>;
