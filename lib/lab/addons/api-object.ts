/** An object of the API, read field by field. */
export type ApiObject = {
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    creationTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  // Objects of the API are open records.
  // oxlint-disable-next-line typescript/no-explicit-any
  [field: string]: any;
};
