//! The Rego modules in the folders of the workspace.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ferrego_compiler::frontend::inputs;
use ferrego_compiler::ide::WorkspaceModule;
use ferrego_compiler::source::{RegoVersion, Source};

/// The most modules that are read.
const MAX_MODULES: usize = 1_000;
/// The most folders and files that are visited.
const MAX_VISITED: usize = 50_000;
/// The largest module that is read, in bytes.
const MAX_SIZE: u64 = 2 << 20;

/// The modules on disk. They are read when a module is first analyzed, and again after a file is
/// saved.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    folders: Vec<PathBuf>,
    modules: Option<BTreeMap<PathBuf, WorkspaceModule>>,
}

impl Workspace {
    /// Returns the workspace with these folders.
    pub(super) fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders, modules: None }
    }

    /// Makes the next use read the modules again.
    pub(super) fn forget(&mut self) {
        self.modules = None;
    }

    /// Returns the modules by path, without tests.
    pub(super) fn modules(&mut self, version: RegoVersion) -> &BTreeMap<PathBuf, WorkspaceModule> {
        let Self { folders, modules } = self;
        modules.get_or_insert_with(|| read(folders, version))
    }
}

fn read(folders: &[PathBuf], version: RegoVersion) -> BTreeMap<PathBuf, WorkspaceModule> {
    let mut modules = BTreeMap::new();
    let mut waiting: Vec<PathBuf> = folders.to_vec();
    let mut visited = 0;
    while let Some(folder) = waiting.pop() {
        // A folder that cannot be read has no modules for the editor.
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            visited += 1;
            if visited > MAX_VISITED || modules.len() == MAX_MODULES {
                return modules;
            }
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            if kind.is_dir() && !is_skipped(&path) {
                waiting.push(path);
            } else if kind.is_file() && is_module(&path) {
                let module = inputs::read(&path, MAX_SIZE).ok().and_then(|text| {
                    WorkspaceModule::of(Source::new(path.to_string_lossy(), text, version))
                });
                modules.extend(module.map(|module| (path, module)));
            }
        }
    }
    modules
}

fn is_skipped(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with('.') || matches!(name, "node_modules" | "target" | "vendor")
}

fn is_module(path: &Path) -> bool {
    let is_rego = path.extension().is_some_and(|extension| extension == "rego");
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    is_rego && !stem.ends_with("_test")
}
