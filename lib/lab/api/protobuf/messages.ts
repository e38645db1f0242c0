/**
 * The fields of the messages that `kubectl create` and `kubectl auth` send, as `number name type`, a text where no type is given.
 *
 * Types: `int`, `bool`, `bytes`, `quantity`, `int-or-string`, a message, `map TYPE`, each with `[]` for a list; `ignored`; `inline` for a
 * message whose fields belong to the outer one. `!` keeps zero, false and empty, which elsewhere mean "not set".
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export const messages: Record<string, string> = {
  // meta/v1
  ObjectMeta:
    "1 name, 2 generateName, 3 namespace, 4 selfLink ignored, 5 uid, 6 resourceVersion, 7 generation ignored, 8 creationTimestamp ignored, " +
    "11 labels map, 12 annotations map, 13 ownerReferences OwnerReference[], 14 finalizers[], 17 managedFields ignored",
  OwnerReference: "1 kind, 3 name, 4 uid, 5 apiVersion, 6 controller bool!, 7 blockOwnerDeletion bool!",
  LabelSelector: "1 matchLabels map, 2 matchExpressions LabelSelectorRequirement[]",
  LabelSelectorRequirement: "1 key, 2 operator, 3 values[]",
  DeleteOptions:
    "1 gracePeriodSeconds int!, 2 preconditions Preconditions, 3 orphanDependents bool!, 4 propagationPolicy, 5 dryRun[]",
  Preconditions: "1 uid, 2 resourceVersion",
  // core/v1
  Namespace: "1 metadata ObjectMeta, 2 spec NamespaceSpec, 3 status ignored",
  NamespaceSpec: "1 finalizers[]",
  ConfigMap: "1 metadata ObjectMeta, 2 data map, 3 binaryData map bytes, 4 immutable bool!",
  Secret: "1 metadata ObjectMeta, 2 data map bytes, 3 type, 4 stringData map, 5 immutable bool!",
  ServiceAccount:
    "1 metadata ObjectMeta, 2 secrets ObjectReference[], 3 imagePullSecrets ObjectName[], 4 automountServiceAccountToken bool!",
  ObjectReference: "1 kind, 2 namespace, 3 name, 4 uid, 5 apiVersion, 6 resourceVersion, 7 fieldPath",
  ObjectName: "1 name",
  ResourceQuota: "1 metadata ObjectMeta, 2 spec ResourceQuotaSpec, 3 status ignored",
  ResourceQuotaSpec: "1 hard map quantity, 2 scopes[]",
  Service: "1 metadata ObjectMeta, 2 spec ServiceSpec, 3 status ignored",
  ServiceSpec:
    "1 ports ServicePort[], 2 selector map, 3 clusterIP, 4 type, 5 externalIPs[], 7 sessionAffinity, 8 loadBalancerIP, " +
    "9 loadBalancerSourceRanges[], 10 externalName, 11 externalTrafficPolicy, 12 healthCheckNodePort int, 13 publishNotReadyAddresses bool, " +
    "17 ipFamilyPolicy, 18 clusterIPs[], 19 ipFamilies[], 20 allocateLoadBalancerNodePorts bool!, 21 loadBalancerClass, 22 internalTrafficPolicy",
  ServicePort: "1 name, 2 protocol, 3 port int, 4 targetPort int-or-string, 5 nodePort int, 6 appProtocol",
  PodTemplateSpec: "1 metadata ObjectMeta, 2 spec PodSpec",
  PodSpec:
    "2 containers Container[], 3 restartPolicy, 4 terminationGracePeriodSeconds int!, 6 dnsPolicy, 7 nodeSelector map, 8 serviceAccountName, " +
    "9 serviceAccount, 10 nodeName, 11 hostNetwork bool, 12 hostPID bool, 13 hostIPC bool, 16 hostname, 17 subdomain, 19 schedulerName, " +
    "24 priorityClassName",
  Container:
    "1 name, 2 image, 3 command[], 4 args[], 5 workingDir, 6 ports ContainerPort[], 7 env EnvVar[], 8 resources ResourceRequirements, " +
    "13 terminationMessagePath, 14 imagePullPolicy, 16 stdin bool, 17 stdinOnce bool, 18 tty bool, 20 terminationMessagePolicy",
  ContainerPort: "1 name, 2 hostPort int, 3 containerPort int, 4 protocol, 5 hostIP",
  EnvVar: "1 name, 2 value",
  ResourceRequirements: "1 limits map quantity, 2 requests map quantity",
  // apps/v1
  Deployment: "1 metadata ObjectMeta, 2 spec DeploymentSpec, 3 status ignored",
  DeploymentSpec:
    "1 replicas int!, 2 selector LabelSelector, 3 template PodTemplateSpec, 4 strategy DeploymentStrategy, 5 minReadySeconds int, " +
    "6 revisionHistoryLimit int!, 7 paused bool, 9 progressDeadlineSeconds int!",
  DeploymentStrategy: "1 type",
  // networking.k8s.io/v1
  Ingress: "1 metadata ObjectMeta, 2 spec IngressSpec, 3 status ignored",
  IngressSpec: "1 defaultBackend IngressBackend, 2 tls IngressTLS[], 3 rules IngressRule[], 4 ingressClassName",
  IngressTLS: "1 hosts[], 2 secretName",
  IngressRule: "1 host, 2 ingressRuleValue inline IngressRuleValue",
  IngressRuleValue: "1 http HTTPIngressRuleValue",
  HTTPIngressRuleValue: "1 paths HTTPIngressPath[]",
  HTTPIngressPath: "1 path, 2 backend IngressBackend, 3 pathType",
  IngressBackend: "4 service IngressServiceBackend",
  IngressServiceBackend: "1 name, 2 port ServiceBackendPort",
  ServiceBackendPort: "1 name, 2 number int",
  // rbac.authorization.k8s.io/v1
  ClusterRole: "1 metadata ObjectMeta, 2 rules PolicyRule[], 3 aggregationRule AggregationRule",
  AggregationRule: "1 clusterRoleSelectors LabelSelector[]",
  ClusterRoleBinding: "1 metadata ObjectMeta, 2 subjects Subject[], 3 roleRef RoleRef",
  Role: "1 metadata ObjectMeta, 2 rules PolicyRule[]",
  RoleBinding: "1 metadata ObjectMeta, 2 subjects Subject[], 3 roleRef RoleRef",
  PolicyRule: "1 verbs[], 2 apiGroups[], 3 resources[], 4 resourceNames[], 5 nonResourceURLs[]",
  RoleRef: "1 apiGroup, 2 kind, 3 name",
  Subject: "1 kind, 2 apiGroup, 3 name, 4 namespace",
  // authentication.k8s.io/v1
  SelfSubjectReview: "1 metadata ObjectMeta, 2 status ignored",
  TokenRequest: "1 metadata ObjectMeta, 2 spec TokenRequestSpec, 3 status ignored",
  TokenRequestSpec: "1 audiences[], 3 boundObjectRef BoundObjectReference, 4 expirationSeconds int!",
  BoundObjectReference: "1 kind, 2 apiVersion, 3 name, 4 uid",
  // authorization.k8s.io/v1
  SelfSubjectAccessReview: "1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec, 3 status ignored",
  SelfSubjectAccessReviewSpec: "1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes",
  ResourceAttributes: "1 namespace, 2 verb, 3 group, 4 version, 5 resource, 6 subresource, 7 name",
  NonResourceAttributes: "1 path, 2 verb",
  SelfSubjectRulesReview: "1 metadata ObjectMeta, 2 spec SelfSubjectRulesReviewSpec, 3 status ignored",
  SelfSubjectRulesReviewSpec: "1 namespace",
  // policy/v1
  Eviction: "1 metadata ObjectMeta, 2 deleteOptions DeleteOptions",
};
