import type { Json } from "../store/types.ts";

type Space = " " | "\n" | "\t" | "\r";

type Trim<S extends string> = S extends `${Space}${infer Rest}` ? Trim<Rest>
  : S extends `${infer Rest}${Space}` ? Trim<Rest>
  : S;

interface Words {
  str: string;
  string: string;
  int: number;
  float: number;
  number: number;
  bool: boolean;
  boolean: boolean;
  json: Json;
}

type Options<S extends string> = S extends `${infer First}|${infer Rest}`
  ? Trim<First> | Options<Rest>
  : Trim<S>;

type TypeOf<S extends string> = S extends keyof Words ? Words[S]
  : S extends `${infer Item}[]` ? TypeOf<Trim<Item>>[]
  : S extends `(${infer Inner})` ? TypeOf<Trim<Inner>>
  : S extends `${string}|${string}` ? Options<S>
  : never;

type FieldOf<S extends string> = S extends `${infer Name}:${infer Type}`
  ? { [K in Trim<Name>]: TypeOf<Trim<Type>> }
  : { [K in Trim<S>]: string };

type FieldsOf<S extends string> = S extends `${infer First},${infer Rest}`
  ? FieldOf<First> & FieldsOf<Rest>
  : FieldOf<S>;

type Flat<T> = { [K in keyof T]: T[K] };

/**
 * The inputs of a signature written as text: `"question, k: int -> answer"` takes
 * `{ question: string; k: number }`. Of text that is only known when the program runs, any record.
 */
export type InferInput<S extends string> = string extends S ? Record<string, Json>
  : S extends `${infer Inputs}->${string}` ? Flat<FieldsOf<Inputs>>
  : never;

/** The outputs of a signature written as text, as {@linkcode InferInput} gives its inputs. */
export type InferOutput<S extends string> = string extends S ? Record<string, Json>
  : S extends `${string}->${infer Outputs}` ? Flat<FieldsOf<Outputs>>
  : never;
