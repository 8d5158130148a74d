/**
 * Test support: runs a script of group commands and says what came of each, so that a protocol can be read as a
 * conversation (the idea of etcd's raft transcripts). A name stands for a member with whatever id and generation it
 * was given last; answers that are parked appear under the command that releases them.
 *
 *   join NAME [key=value ...]   keys: instance, type, protocols (name:metadata,...), session, rebalance, v (version), id,
 *                               reads (topic+topic: what it says that it subscribes to)
 *   sync NAME [member=bytes ...]; heartbeat NAME [generation=]; leave NAME...; commit NAME topic-partition=offset ...
 *   commit - ...                without membership; fetch [topic-partition ...]; describe; list; delete; expire
 *   forget topic-partition ...
 *   topic NAME PARTITIONS; drop NAME; advance MS; restart; hold; release; refuse CODE
 */
import { errorOf } from '../../../protocol/errors.ts';
import { consumerProtocolSubscription } from '../../../protocol/messages/records-consumer-protocol.ts';
import { encodeVersioned } from '../../../protocol/schema/versioned-data.ts';
import type { JoinResult } from './classic-group.ts';
import { GroupTestKit } from './group-test-kit.ts';

const GROUP = 'group';

interface ScriptMember {
  memberId: string;
  generationId: number;
  instanceId: string | null;
}

type Options = ReadonlyMap<string, string>;

function errorName(code: number): string {
  return errorOf(code).name;
}

export class GroupTranscript {
  readonly kit: GroupTestKit;
  readonly #members = new Map<string, ScriptMember>();
  readonly #names = new Map<string, string>();
  #output: string[] = [];

  constructor(kit = new GroupTestKit()) {
    this.kit = kit;
  }

  /** Runs one command and gives the lines it and whatever it released produced. */
  async run(line: string): Promise<string[]> {
    const [command = '', ...words] = line.split(/\s+/);
    this.#output = [];
    await this.#execute(command, words);
    if (command !== 'advance') await this.kit.advance(0);
    this.#output.push(...this.kit.errors.splice(0));
    return this.#output;
  }

  async #execute(command: string, words: readonly string[]): Promise<void> {
    const options: Options = new Map(
      words
        .filter((word) => word.includes('='))
        .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
    );
    const name = words[0] ?? '';
    switch (command) {
      case 'advance':
        return this.kit.advance(Number(name));
      case 'join':
        return this.#join(name, options);
      case 'sync':
        return this.#sync(name, options);
      case 'heartbeat':
        return this.#heartbeat(name, options);
      case 'leave':
        return this.#leave(words);
      case 'commit':
        return this.#commit(name, options);
      case 'fetch':
        return this.#fetch(words);
      case 'describe':
        return this.#describe();
      case 'list':
        return this.#list();
      case 'delete':
        return this.#delete();
      case 'forget':
        return this.#forget(words);
      default:
        return this.#control(command, words);
    }
  }

  async #control(command: string, words: readonly string[]): Promise<void> {
    const { kit } = this;
    const [first = '', second = ''] = words;
    if (command === 'topic') kit.createTopic(first, Number(second));
    else if (command === 'drop') kit.deleteTopic(first);
    else if (command === 'restart') await kit.restart();
    else if (command === 'hold') kit.log.holdCommits();
    else if (command === 'release') kit.log.releaseCommits();
    else if (command === 'refuse') kit.log.refuseWith = Number(first);
    else throw new Error(`unknown command ${command}`);
  }

  #member(name: string): ScriptMember {
    return this.#members.get(name) ?? { memberId: '', generationId: -1, instanceId: null };
  }

  #nameOf(memberId: string): string {
    return this.#names.get(memberId) ?? (memberId === '' ? '-' : memberId);
  }

  #join(name: string, options: Options): void {
    const member = this.#member(name);
    const version = Number(options.get('v') ?? 3);
    const reads = options.get('reads')?.split('+');
    const protocols = (options.get('protocols') ?? `range:${name}`).split(',').map((text) => {
      const [protocol = '', metadata = ''] = text.split(':');
      return { name: protocol, metadata: reads ? subscriptionTo(reads) : Buffer.from(metadata) };
    });
    const instanceId = options.get('instance') ?? member.instanceId;
    const request = {
      ...{ groupId: GROUP, groupInstanceId: instanceId, protocols },
      memberId: options.has('id')
        ? (this.#members.get(options.get('id') ?? '')?.memberId ?? options.get('id') ?? '')
        : member.memberId,
      sessionTimeoutMs: Number(options.get('session') ?? 10_000),
      rebalanceTimeoutMs: Number(options.get('rebalance') ?? 60_000),
      protocolType: options.get('type') ?? 'consumer',
    };
    const client = {
      clientId: name,
      clientHost: '/127.0.0.1',
      requiresKnownMemberId: version >= 4,
      supportsSkippingAssignment: version >= 9,
    };
    void this.kit.coordinator.join(request, client).then((result) => this.#joined(name, instanceId, result));
  }

  #joined(name: string, instanceId: string | null, result: JoinResult): void {
    const { errorCode, memberId, generationId, leader, protocolName } = result;
    if (memberId !== '' && errorCode !== 25 && errorCode !== 82) {
      this.#members.set(name, { memberId, generationId, instanceId });
      this.#names.set(memberId, name);
    }
    if (errorCode !== 0) {
      this.#output.push(`${name} not joined: ${errorName(errorCode)}`);
      return;
    }
    // A subscription is no text to be read here.
    const members = result.members.map((member) =>
      member.metadata.includes(0) ? this.#nameOf(member.memberId) : member.metadata.toString(),
    );
    const skip = result.skipAssignment ? ', skip assignment' : '';
    const list = members.length === 0 ? '' : `, members ${members.join(' ')}`;
    this.#output.push(
      `${name} joined: generation ${String(generationId)}, ${String(protocolName)}, leader ${this.#nameOf(leader)}${list}${skip}`,
    );
  }

  #sync(name: string, options: Options): void {
    const { memberId, generationId, instanceId } = this.#member(name);
    const assignments = [...options].map(([member, bytes]) => ({
      memberId: this.#member(member).memberId,
      assignment: Buffer.from(bytes),
    }));
    const request = {
      groupId: GROUP,
      generationId,
      memberId,
      groupInstanceId: instanceId,
      protocolType: null,
      protocolName: null,
    };
    void this.kit.coordinator.sync({ ...request, assignments }).then(({ errorCode, assignment }) => {
      this.#output.push(
        errorCode === 0
          ? `${name} synced: ${assignment.toString() || 'nothing'}`
          : `${name} not synced: ${errorName(errorCode)}`,
      );
    });
  }

  async #heartbeat(name: string, options: Options): Promise<void> {
    const { memberId, generationId, instanceId } = this.#member(name);
    const errorCode = await this.kit.coordinator.heartbeat({
      ...{ groupId: GROUP, memberId, groupInstanceId: instanceId },
      generationId: Number(options.get('generation') ?? generationId),
    });
    this.#output.push(`${name}: ${errorName(errorCode)}`);
  }

  #leave(names: readonly string[]): void {
    const leaving = names.map((name) => {
      // "instance=I" is how an administrator removes a static member.
      if (name.startsWith('instance='))
        return { memberId: '', groupInstanceId: name.slice('instance='.length) };
      const { memberId, instanceId } = this.#member(name);
      return { memberId, groupInstanceId: instanceId };
    });
    void this.kit.coordinator.leave(GROUP, leaving).then((result) => {
      if (result.errorCode !== 0) this.#output.push(errorName(result.errorCode));
      result.members.forEach(({ errorCode }, index) =>
        this.#output.push(`${names[index] ?? ''} left: ${errorName(errorCode)}`),
      );
    });
  }

  #commit(name: string, options: Options): void {
    const known = { memberId: '', generationId: -1, instanceId: null, ...this.#members.get(name) };
    const generationId = Number(options.get('generation') ?? known.generationId);
    const topics = [...options]
      .filter(([key]) => key.includes('-'))
      .map(([place, offset]) => ({
        name: place.slice(0, place.lastIndexOf('-')),
        partitions: [
          {
            ...{
              partitionIndex: Number(place.slice(place.lastIndexOf('-') + 1)),
              committedOffset: BigInt(offset),
            },
            ...{
              committedLeaderEpoch: -1,
              commitTimestamp: -1n,
              committedMetadata: options.get('metadata') ?? null,
            },
          },
        ],
      }));
    const retentionTimeMs = BigInt(options.get('retention') ?? -1);
    const request = {
      groupId: GROUP,
      generationId,
      memberId: known.memberId,
      groupInstanceId: known.instanceId,
      retentionTimeMs,
    };
    void this.kit.coordinator.commitOffsets({ ...request, topics }).then((result) => {
      const codes = result.topics.flatMap(({ name: topic, partitions }) =>
        partitions.map(
          ({ partitionIndex, errorCode }) => `${topic}-${String(partitionIndex)} ${errorName(errorCode)}`,
        ),
      );
      this.#output.push(`committed: ${codes.join(', ')}`);
    });
  }

  #fetch(places: readonly string[]): void {
    const topics = places
      .map(placeOf)
      .map(({ name, partitionIndex }) => ({ name, partitionIndexes: [partitionIndex] }));
    const result = this.kit.coordinator.fetchOffsets({
      groupId: GROUP,
      topics: places.length === 0 ? null : topics,
    });
    const offsets = result.topics.flatMap(({ name, partitions }) =>
      partitions.map(
        ({ partitionIndex, committedOffset }) =>
          `${name}-${String(partitionIndex)}=${String(committedOffset)}`,
      ),
    );
    this.#output.push(
      result.errorCode === 0 ? offsets.sort().join(' ') || 'no offsets' : errorName(result.errorCode),
    );
  }

  #describe(): void {
    for (const group of this.kit.coordinator.describeGroups([GROUP])) {
      const members = group.members.map(
        (member) => `${member.clientId}=${member.memberAssignment.toString()}`,
      );
      const type = group.protocolType === '' ? '' : ` ${group.protocolType}`;
      const protocol = group.protocolData === '' ? '' : ` ${group.protocolData}`;
      const state = group.errorCode === 0 ? group.groupState : errorName(group.errorCode);
      this.#output.push([`${state}${type}${protocol}`, ...members].join(' '));
    }
  }

  #list(): void {
    const { errorCode, groups } = this.kit.coordinator.listGroups([], []);
    this.#output.push(
      `${errorName(errorCode)} ${groups.map((group) => `${group.groupId}:${group.groupState}`).join(' ')}`,
    );
  }

  #forget(places: readonly string[]): void {
    const topics = places
      .map(placeOf)
      .map(({ name, partitionIndex }) => ({ name, partitions: [{ partitionIndex }] }));
    void this.kit.coordinator
      .deleteOffsets({ groupId: GROUP, topics })
      .then(({ errorCode, topics: results }) => {
        const said = results.flatMap(({ name, partitions }) =>
          partitions.map(
            (result) => `${name}-${String(result.partitionIndex)} ${errorName(result.errorCode)}`,
          ),
        );
        this.#output.push(`forgotten: ${errorCode === 0 ? said.join(', ') : errorName(errorCode)}`);
      });
  }

  #delete(): void {
    void this.kit.coordinator.deleteGroups([GROUP]).then((results) => {
      for (const { errorCode } of results) this.#output.push(`deleted: ${errorName(errorCode)}`);
    });
  }
}

function subscriptionTo(topics: readonly string[]): Buffer {
  return encodeVersioned(consumerProtocolSubscription, 0, { topics, userData: null });
}

/** `topic-partition` */
function placeOf(place: string): { name: string; partitionIndex: number } {
  const dash = place.lastIndexOf('-');
  return { name: place.slice(0, dash), partitionIndex: Number(place.slice(dash + 1)) };
}

/** Runs a transcript file: blocks of one command line and lines of what is expected, `#` for comments. */
export async function replayTranscript(text: string): Promise<string> {
  const transcript = new GroupTranscript();
  await transcript.kit.start();
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('> ')) continue;
    lines.push(line);
    if (line === '' || line.startsWith('#')) continue;
    for (const output of await transcript.run(line)) lines.push(`> ${output}`);
  }
  transcript.kit.coordinator.stop();
  return lines.join('\n');
}
