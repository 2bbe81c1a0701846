const CHUNK = 50;
const TIMES = 10;
const CLOSE = CHUNK * (TIMES + 4);

/**
 * Watches a reply as it comes for a model that repeats itself: the same 50 characters ten times
 * close together, code left out of account.
 *
 * @returns takes the next piece; true once the model is stuck.
 */
export function createChantDetector(): (piece: string) => boolean {
  let tail = "";
  let fences = 0;
  return (piece) => {
    fences += piece.split("```").length - 1;
    if (fences % 2 === 1) {
      tail = "";
      return false;
    }
    tail = (tail + piece).slice(-CLOSE);
    if (tail.length < CHUNK * TIMES) return false;
    const chunk = tail.slice(-CHUNK);
    // Blank lines and rulers are no words.
    if (new Set(chunk).size < 4) return false;
    return tail.split(chunk).length - 1 >= TIMES;
  };
}
