export const x: number = 1;
if (import.meta.main) console.log("hi from jsr", import.meta.url);
