import type { Json } from "../store/types.ts";

/** Text without blanks around it. */
export type Trimmed<S extends string> = S extends `${" " | "\n" | "\t" | "\r"}${infer Rest}`
  ? Trimmed<Rest>
  : S extends `${infer Rest}${" " | "\n" | "\t" | "\r"}` ? Trimmed<Rest>
  : S;

/** The types that have a name of their own in a signature. */
export interface NamedTypes {
  /** Text. */
  readonly str: string;
  /** Text. */
  readonly string: string;
  /** A whole number. */
  readonly int: number;
  /** A number. */
  readonly float: number;
  /** A number. */
  readonly number: number;
  /** True or false. */
  readonly bool: boolean;
  /** True or false. */
  readonly boolean: boolean;
  /** Whatever JSON can hold. */
  readonly json: Json;
}

/** The words of `a|b|c`. */
export type WordsOf<S extends string> = S extends `${infer First}|${infer Rest}`
  ? Trimmed<First> | WordsOf<Rest>
  : Trimmed<S>;

/** What a type in a signature stands for; never for one that there is not. */
export type TypeNamed<S extends string> = S extends keyof NamedTypes ? NamedTypes[S]
  : S extends `${infer Item}[]` ? TypeNamed<Trimmed<Item>>[]
  : S extends `(${infer Inner})` ? TypeNamed<Trimmed<Inner>>
  : S extends `${string}|${string}` ? WordsOf<S>
  : never;

/** The fields on one side of a signature's arrow. */
export type FieldsNamed<S extends string> = S extends `${infer First},${infer Rest}`
  ? FieldsNamed<First> & FieldsNamed<Rest>
  : S extends `${infer Name}:${infer Type}` ? { [K in Trimmed<Name>]: TypeNamed<Trimmed<Type>> }
  : { [K in Trimmed<S>]: string };

/**
 * The inputs of a signature written as text: `"question, k: int -> answer"` takes
 * `{ question: string; k: number }`. Of text that is only known when the program runs, any record.
 */
export type InferInput<S extends string> = string extends S ? Record<string, Json>
  : S extends `${infer Inputs}->${string}`
    ? { [K in keyof FieldsNamed<Inputs>]: FieldsNamed<Inputs>[K] }
  : never;

/** The outputs of a signature written as text, as {@linkcode InferInput} gives its inputs. */
export type InferOutput<S extends string> = string extends S ? Record<string, Json>
  : S extends `${string}->${infer Outputs}`
    ? { [K in keyof FieldsNamed<Outputs>]: FieldsNamed<Outputs>[K] }
  : never;
