import { invalidValue, unsupportedValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import { portNameErrors } from "./names.ts";

/** Checks a port number. */
export function portErrors(field: string, port: unknown): FieldError[] {
  const valid = Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65535;
  return valid ? [] : [invalidValue(field, port, "must be between 1 and 65535, inclusive")];
}

/** Checks a port that is given by number or by name. */
export function portOrNameErrors(field: string, port: unknown): FieldError[] {
  if (typeof port !== "string") return portErrors(field, port);
  return portNameErrors(port).map((why) => invalidValue(field, port, why));
}

/** Checks a transport protocol. */
export function protocolErrors(field: string, protocol: unknown): FieldError[] {
  const supported = ["SCTP", "TCP", "UDP"];
  return supported.includes(String(protocol)) ? [] : [unsupportedValue(field, protocol, supported)];
}
