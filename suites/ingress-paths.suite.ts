import { answeredBy } from "../lib/scenario/expect.ts";
import { answeredByOthers, behindCertificate, orRedirect, receivedBy, status } from "../lib/scenario/expect-http.ts";
import { holds } from "../lib/scenario/expect-objects.ts";
import { path } from "../lib/scenario/path.ts";
import { objects } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";
import {
  everyClient,
  lookAtIngresses,
  oneOfEachKind,
  type StoreRequest,
  storeActs,
  whoeverIsOutside,
} from "../lib/scenario/store-front.ts";
