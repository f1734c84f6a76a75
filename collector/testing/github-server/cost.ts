/** What a query costs by GitHub's rule: the requests needed for all of its connections, by a hundred; and how many nodes it may give. */
import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

export interface Cost {
  readonly points: number;
  readonly nodes: number;
}

type Variables = Readonly<Record<string, unknown>>;

function valueOf(node: ValueNode, variables: Variables): unknown {
  if (node.kind === Kind.VARIABLE) return variables[node.name.value];
  if (node.kind === Kind.INT) return Number(node.value);
  return node.kind === Kind.BOOLEAN ? node.value : undefined;
}

function argument(field: FieldNode, name: string, variables: Variables): unknown {
  const found = field.arguments?.find((one) => one.name.value === name);
  return found && valueOf(found.value, variables);
}

const isLeftOut = (field: FieldNode, variables: Variables): boolean =>
  field.directives?.some((one) => one.name.value === 'include' && one.arguments?.[0] !== undefined && valueOf(one.arguments[0].value, variables) === false) ?? false; // prettier-ignore

export function costOf(document: DocumentNode, variables: Variables): Cost {
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((one) => [one.name.value, one])
  );
  let requests = 0;
  let nodes = 0;
  const walk = (set: SelectionSetNode | undefined, parents: number): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, parents);
      else if (selection.kind === Kind.FRAGMENT_SPREAD)
        walk(fragments.get(selection.name.value)?.selectionSet, parents);
      else if (!isLeftOut(selection, variables)) field(selection, parents);
    }
  };
  const field = (one: FieldNode, parents: number): void => {
    const ids = one.name.value === 'nodes' ? argument(one, 'ids', variables) : undefined;
    const size = argument(one, 'first', variables) ?? argument(one, 'last', variables);
    if (Array.isArray(ids)) {
      requests += 1;
      nodes += ids.length;
      walk(one.selectionSet, ids.length);
    } else if (typeof size === 'number') {
      requests += parents;
      nodes += parents * size;
      walk(one.selectionSet, parents * size);
    } else {
      walk(one.selectionSet, parents);
    }
  };
  for (const one of document.definitions) {
    if (one.kind === Kind.OPERATION_DEFINITION) walk(one.selectionSet, 1);
  }
  return { points: Math.max(1, Math.round(requests / 100)), nodes };
}
