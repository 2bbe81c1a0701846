/** One optional word, as stricli wants it described. */
export function word(placeholder: string, brief: string) {
  return {
    kind: "tuple",
    parameters: [{ parse: String, placeholder, brief, optional: true }],
  } as const;
}
