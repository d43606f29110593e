/** Numbers that are the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** The name with one letter left out, put in, changed, or swapped with its neighbour. */
export function withSlip(name: string, random: () => number): string {
  const letters = [...name];
  const spots = letters.flatMap((letter, i) => (/\p{L}/u.test(letter) ? [i] : []));
  const spot = spots[Math.floor(random() * spots.length)];
  if (spot === undefined) return name;
  const letter = String.fromCharCode(97 + Math.floor(random() * 26));
  const [here = '', next = ''] = letters.slice(spot, spot + 2);
  switch (Math.floor(random() * 4)) {
    case 0:
      letters.splice(spot, 1);
      break;
    case 1:
      letters.splice(spot, 0, letter);
      break;
    case 2:
      letters[spot] = letter;
      break;
    default:
      if (/\p{L}/u.test(next)) letters.splice(spot, 2, next, here);
      else letters[spot] = letter;
  }
  return letters.join('');
}
