/** A thing that keeps us from looking at all, in words for the user. */
export interface Trouble {
  cluster?: string;
  /** `kind/namespace/name` */
  object?: string;
  message: string;
  cure: string;
}
