/**
 * A group as it will be when what this step writes is committed. The stored group is left alone: only committed records
 * change it. Everything that a step decides, it decides on the draft; a step that is refused leaves it behind.
 */
import type { ConsumerGroup } from './consumer-group.ts';
import type { ConsumerGroupRecord } from './consumer-record.ts';

export class GroupDraft {
  readonly stored: ConsumerGroup;
  readonly records: ConsumerGroupRecord[] = [];
  #group: ConsumerGroup;

  constructor(stored: ConsumerGroup) {
    this.stored = stored;
    this.#group = stored;
  }

  get group(): ConsumerGroup {
    return this.#group;
  }

  write(record: ConsumerGroupRecord): void {
    if (this.#group === this.stored) this.#group = this.stored.draft();
    this.#group.replay(record);
    this.records.push(record);
  }
}
