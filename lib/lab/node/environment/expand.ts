/**
 * Replaces `$(NAME)` by the variable's value. A name that is not defined stays as it is; `$$` is one dollar sign and stops the replacing.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return "$";
    return variables.get(name) ?? whole;
  });
}
