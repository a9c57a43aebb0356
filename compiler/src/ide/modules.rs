//! The other modules that a Rego module needs.
//!
//! A workspace may hold many policies that have nothing to do with each other. Only the modules that
//! a module reads, directly or through others, are analyzed with it. Files of its own package count
//! if they are in its folder.

use std::path::Path;
use std::sync::Arc;

use crate::ast::{self, Operand, TermKind};
use crate::parse;
use crate::pipeline::with_stack;
use crate::source::{Source, SourceId};

/// A module of the workspace, with the names that decide who needs it.
#[derive(Clone, Debug)]
pub struct WorkspaceModule {
    source: Source,
    package: Vec<Arc<str>>,
    /// The paths below `data` that the module reads.
    reads: Vec<Vec<Arc<str>>>,
}

impl WorkspaceModule {
    /// Reads a module. Returns `None` if it has no package clause.
    pub fn of(source: Source) -> Option<Self> {
        with_stack(|| Self::read(source))
    }

    fn read(source: Source) -> Option<Self> {
        let (module, _) = parse::tolerant(SourceId::default(), &source.text, source.version);
        let module = module?;
        let imports = module.imports.iter().filter_map(|import| match &import.path[..] {
            [root, path @ ..] if &**root == "data" => Some(path.to_vec()),
            _ => None,
        });
        let mut reads: Vec<_> = imports.collect();
        for rule in &module.rules {
            ast::walk::terms(rule, &mut |term| {
                let TermKind::Ref(reference) = &term.kind else { return };
                if matches!(&reference.head.kind, TermKind::Var(name) if &**name == "data") {
                    let names = reference.operands.iter().map_while(|operand| match operand {
                        Operand::Field(name) => Some(name.text.clone()),
                        Operand::Index(_) => None,
                    });
                    reads.push(names.collect());
                }
            });
        }
        Some(Self { package: module.package.path, reads, source })
    }

    /// Returns the path of the file.
    pub fn name(&self) -> &Arc<str> {
        &self.source.name
    }
}

/// Returns the modules that `own` needs. A module with its name is left out.
pub fn needed(own: &Source, modules: &[WorkspaceModule]) -> Vec<Source> {
    let Some(own) = WorkspaceModule::of(own.clone()) else { return Vec::new() };
    let mut taken = vec![false; modules.len()];
    let mut waiting = vec![&own];
    let mut found = Vec::new();
    while let Some(module) = waiting.pop() {
        for (index, other) in modules.iter().enumerate() {
            if !taken[index] && other.name() != own.name() && needs(module, other) {
                taken[index] = true;
                waiting.push(other);
                found.push(other.source.clone());
            }
        }
    }
    found
}

fn needs(module: &WorkspaceModule, other: &WorkspaceModule) -> bool {
    let folder = |one: &WorkspaceModule| Path::new(&**one.name()).parent().map(Path::to_owned);
    if module.package == other.package && folder(module) == folder(other) {
        return true;
    }
    // An empty path is all of `data`, of which nothing can be said.
    let reads = |path: &Vec<Arc<str>>| {
        !path.is_empty() && (path.starts_with(&other.package) || other.package.starts_with(path))
    };
    module.reads.iter().any(reads)
}
