import { familyOf } from "../../../base/family.ts";
import type { KubeObject } from "../../model.ts";
import { changing } from "./looks.ts";

/** How far the addresses of the second cluster's pool are from those of the first one's. */
const distance = 100;

/** Shows load balancers with the address beside their own that is in the same place of the first cluster's pool. */
export const foreignAddress = changing((service): KubeObject => {
  const ingress: { ip?: string }[] = service["status"]?.loadBalancer?.ingress ?? [];
  const others = ingress.flatMap(({ ip }) => {
    const last = Number(ip?.split(".").at(-1));
    const isOfSecond = ip !== undefined && familyOf(ip) === "IPv4" && last > distance;
    return isOfSecond ? [{ ip: ip.replace(/\d+$/, `${last - distance}`) }] : [];
  });
  if (others.length === 0) return service;
  return { ...service, status: { ...service["status"], loadBalancer: { ingress: [...ingress, ...others] } } };
});
