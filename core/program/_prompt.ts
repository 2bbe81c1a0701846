import type { LMMessage } from "../lm/types.ts";
import { compileFields, type Field } from "./_fields.ts";
import type { Signature } from "./signature.ts";
import type { Demo } from "./state.ts";

/** How one adapter writes a signature; made once per signature, demos once per list of them. */
export interface Plan {
  readonly system: LMMessage;
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
  readonly tail: string;
  readonly demos: WeakMap<readonly Demo[], readonly LMMessage[]>;
}

/** What an adapter has of its own. */
export interface Wording {
  /** The system text after the lists of fields. */
  structure(inputs: readonly Field[], outputs: readonly Field[]): string;
  /** What the user's text ends with. */
  tail(outputs: readonly Field[]): string;
  /** A reply with these values. */
  reply(outputs: readonly Field[], values: Readonly<Record<string, unknown>>): string;
}

const INCOMPLETE = "This is an example of the task in which some fields are not supplied.";
const NOT_SUPPLIED = "Not supplied for this particular example.";

/** Gives the messages of an adapter with this wording. */
export function promptWith(
  wording: Wording,
): (signature: Signature, demos: readonly Demo[], input: Demo) => LMMessage[] {
  const plans = new WeakMap<Signature, Plan>();
  return (signature, demos, input) => {
    let plan = plans.get(signature);
    if (plan === undefined) plans.set(signature, plan = planFor(signature, wording));
    const messages: LMMessage[] = [plan.system];
    if (demos.length > 0) messages.push(...demoMessages(plan, demos, wording));
    for (const { history, name } of plan.inputs) {
      if (!history) continue;
      const turns = (input[name] ?? []) as unknown as readonly Demo[];
      for (const turn of turns) messages.push(...pair(plan, turn, wording));
    }
    messages.push({ role: "user", content: userText(plan.inputs, input, plan.tail) });
    return messages;
  };
}

/** The marker that opens a field's section. */
export function marker(name: string): string {
  return `[[ ## ${name} ## ]]`;
}

/** A value as a prompt shows it. */
export function valueText(value: unknown, type: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (type === "str" && Array.isArray(value)) {
    return value.map((item, i) => `[${i + 1}] «${valueText(item, "str")}»`).join("\n");
  }
  return JSON.stringify(value) ?? "null";
}

function planFor(signature: Signature, wording: Wording): Plan {
  const inputs = compileFields(signature.inputs);
  const outputs = compileFields(signature.outputs);
  const shown = inputs.filter(({ history }) => !history);
  const objective = signature.instructions.split("\n").map((line) => `\n        ${line}`).join("");
  const content = [
    `Your input fields are:\n${listed(shown)}`,
    `Your output fields are:\n${listed(outputs)}`,
    wording.structure(shown, outputs),
    `In adhering to this structure, your objective is: ${objective}`,
  ].join("\n");
  const tail = wording.tail(outputs);
  return { system: { role: "system", content }, inputs, outputs, tail, demos: new WeakMap() };
}

function listed(fields: readonly Field[]): string {
  return fields.map(({ name, type, description }, i) =>
    `${i + 1}. \`${name}\` (${type}):${description === "" ? "" : ` ${description}`}`
  ).join("\n");
}

function userText(inputs: readonly Field[], input: Demo, tail: string): string {
  let text = "";
  for (const { name, type, history } of inputs) {
    const value = input[name];
    if (history || value === undefined) continue;
    text += `${marker(name)}\n${valueText(value, type)}\n\n`;
  }
  return text + tail;
}

function demoMessages(plan: Plan, demos: readonly Demo[], wording: Wording): readonly LMMessage[] {
  const known = plan.demos.get(demos);
  if (known !== undefined) return known;
  const messages: LMMessage[] = [];
  // Incomplete examples come first, so that the last ones before the question are whole.
  const whole = demos.filter((demo) => gaps(plan, demo) === 0);
  for (const demo of [...demos.filter((demo) => !whole.includes(demo)), ...whole]) {
    const has = (fields: readonly Field[]) => fields.some(({ name }) => Object.hasOwn(demo, name));
    if (has(plan.inputs) && has(plan.outputs)) messages.push(...pair(plan, demo, wording));
  }
  plan.demos.set(demos, messages);
  return messages;
}

function gaps({ inputs, outputs }: Plan, demo: Demo): number {
  return [...inputs, ...outputs]
    .filter((field) => !field.optional && !field.history && !Object.hasOwn(demo, field.name))
    .length;
}

function pair(plan: Plan, demo: Demo, wording: Wording): [LMMessage, LMMessage] {
  const filled: Record<string, Demo[string]> = { ...demo };
  for (const { name, optional, history } of [...plan.inputs, ...plan.outputs]) {
    if (!optional && !history && !Object.hasOwn(demo, name)) filled[name] = NOT_SUPPLIED;
  }
  const user = userText(plan.inputs, filled, plan.tail);
  const content = gaps(plan, demo) > 0 ? `${INCOMPLETE}\n\n${user}` : user;
  return [
    { role: "user", content },
    { role: "assistant", content: wording.reply(plan.outputs, filled) },
  ];
}
