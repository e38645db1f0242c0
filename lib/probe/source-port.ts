const first = 33_000;
const last = 60_999;
let next = first + Math.floor(Math.random() * (last - first + 1));

/**
 * Gives a port for the asking end of a datagram. Ports come in turn, so that none comes back for as long as possible: who follows flows of
 * datagrams, such as the engines of network policies, takes a datagram from a port that was used before for one of an older, admitted flow.
 */
export function takeSourcePort(): number {
  const port = next;
  next = port === last ? first : port + 1;
  return port;
}
