/** A server that listens. */
export interface Listening {
  port: number;
  /** Takes no new questions, answers those under way and resolves when none is left. Never rejects. */
  close(): Promise<void>;
}
