import type { Write } from "../../core/store/types.ts";
import type { Group } from "./_group.ts";
import { Reader, type ReaderHooks } from "./_reader.ts";
import type { GroupOptions, Message, MessageHandler } from "./types.ts";

/** A reader that shares the messages of its topic with the other members of its group. */
export class Member extends Reader {
  readonly group: string;
  readonly of: Group;

  constructor(
    of: Group,
    handler: MessageHandler | undefined,
    options: GroupOptions,
    hooks: ReaderHooks,
  ) {
    super(of.topic, handler, { ...options, policy: of.policy }, hooks);
    this.group = of.name;
    this.of = of;
  }

  override get isQuiet(): boolean {
    return super.isQuiet && this.of.isQuiet;
  }

  override ack(message: Message): void {
    this.of.ack(message);
  }

  override nack(message: Message, error?: unknown): void {
    this.of.nack(message, error);
  }

  commit(message: Message, writes: readonly Write[]): Promise<boolean> {
    return this.of.commit(message, writes);
  }

  override roomTaken(): void {
    super.roomTaken();
    this.of.roomTaken();
  }

  protected override get handlingCounts(): 0 | 1 {
    return this.of.manual ? 0 : 1; // what is lent is counted
  }

  protected override take(): Message | undefined {
    const message = this.of.takeBack(this);
    if (message === undefined) {
      const own = super.take();
      if (own !== undefined) this.of.roomTaken();
      return own;
    }
    this.handOut(message);
    return message;
  }

  protected override handOut(message: Message): void {
    this.of.handedOut(this, message, this.handler !== undefined);
  }

  protected override handled(message: Message): void {
    this.of.handled(message);
  }
}
