//! The tree of packages and rules.

use std::sync::Arc;

use ferrego_compiler::source::Source;

use super::index;
use crate::program::{Group, GroupId, GroupKind, Key, Node, Program};

/// Arranges the groups in a tree with all packages. Rules below a rule with a dynamic head are
/// merged into it (`buildRuleIndices` of OPA's compiler).
pub(super) fn gather<'m>(
    groups: Vec<Group>,
    packages: impl Iterator<Item = &'m [Arc<str>]>,
    sources: Vec<Source>,
) -> Program {
    let mut tree = Node::default();
    for package in packages {
        let path: Vec<Key> = package.iter().cloned().map(Key::String).collect();
        node_at(&mut tree, &path);
    }
    for (id, group) in groups.iter().enumerate() {
        node_at(&mut tree, &group.path).group = Some(id);
    }
    let mut program = Program { groups, tree: Node::default(), sources };
    absorb(&mut tree, &mut program.groups);
    for group in &mut program.groups {
        index::arrange(group, &tree);
    }
    program.tree = tree;
    program
}

fn node_at<'t>(tree: &'t mut Node, path: &[Key]) -> &'t mut Node {
    path.iter().fold(tree, |node, key| node.children.entry(key.clone()).or_default())
}

fn absorb(node: &mut Node, groups: &mut [Group]) {
    let Some(id) = node.group else {
        node.children.values_mut().for_each(|child| absorb(child, groups));
        return;
    };
    if groups[id].kind == GroupKind::Object {
        let mut below = Vec::new();
        node.children.values().for_each(|child| collect(child, &mut below));
        for other in below {
            let definitions = std::mem::take(&mut groups[other].definitions);
            groups[id].definitions.extend(definitions);
        }
    }
    node.children.clear();
}

fn collect(node: &Node, below: &mut Vec<GroupId>) {
    below.extend(node.group);
    node.children.values().for_each(|child| collect(child, below));
}
