//! Writes imports, sorted within groups that blank lines separate.

use std::sync::Arc;

use super::super::tree::{Import, Module};
use super::{Target, Writer};

impl<'m> Writer<'m> {
    /// Writes imports that no rule separates.
    pub(super) fn imports(&mut self, imports: &[&'m Import]) {
        if imports.is_empty() {
            return;
        }
        let ends = self.take_comments_of(imports);
        let kept: Vec<usize> =
            (0..imports.len()).filter(|&index| !self.is_redundant(imports[index])).collect();
        let mut start = 0;
        while start < kept.len() {
            let row = |position: usize| imports[kept[position]].location.row;
            let mut end = start + 1;
            while end < kept.len() && row(end) <= row(end - 1) + 1 {
                end += 1;
            }
            // Comments of rows with imports are taken already.
            let _ = self.insert_comments(Some(row(start)));
            let mut group = kept[start..end].to_vec();
            group.sort_by(|&one, &other| key(imports[one]).cmp(&key(imports[other])));
            for index in group {
                self.start_line();
                self.import(imports[index]);
                if let Some(comment) = &ends[index] {
                    self.push(" ");
                    self.push(comment);
                }
                self.end_line();
            }
            self.blank_line();
            start = end;
        }
    }

    /// Takes the comments of the rows of imports out of the list, and returns the comment of each
    /// import. The comment of a redundant import stays in the list.
    fn take_comments_of(&mut self, imports: &[&Import]) -> Vec<Option<&'m str>> {
        let mut ends = vec![None; imports.len()];
        let mut index = self.next;
        while let Some(comment) = self.comments.get(index) {
            let of =
                |import: &&Import| import.location.row == comment.row && !self.is_redundant(import);
            match imports.iter().position(of) {
                Some(found) => {
                    ends[found] = Some(comment.text);
                    self.comments.remove(index);
                }
                None => index += 1,
            }
        }
        ends
    }

    fn is_redundant(&self, import: &Import) -> bool {
        self.options.directives.make_redundant(import)
    }

    fn import(&mut self, import: &'m Import) {
        self.push("import ");
        if future_keyword(import).is_some() {
            for (index, name) in import.names.iter().enumerate() {
                self.push(if index == 0 { "" } else { "." });
                self.push(name);
            }
        } else {
            // A path has no comments.
            let _ = self.reference(&import.path);
        }
        if let Some(alias) = &import.alias {
            self.push(" as ");
            self.push(alias);
        }
    }
}

/// The parts of a module that make imports of `rego` and `future` redundant.
#[derive(Clone, Debug)]
pub(in super::super) struct Directives {
    /// `true` if the module imports `rego.v1`.
    pub(super) imports_v1: bool,
    /// `true` if the module imports `rego.v2`.
    pub(super) imports_v2: bool,
    /// The keywords for which v1 needs an import, if the module is rewritten to v1.
    needed: Option<Vec<&'static str>>,
}

impl Directives {
    /// Returns the parts of `module`.
    pub(in super::super) fn of(module: &Module, target: &Target) -> Self {
        let imports = |path: &[&str]| module.imports.iter().any(|import| is_path(import, path));
        let needed = match target {
            Target::Upgraded { needed } => Some(needed.clone()),
            Target::V0 | Target::V1 => None,
        };
        Self { imports_v1: imports(&["rego", "v1"]), imports_v2: imports(&["rego", "v2"]), needed }
    }

    /// Returns `true` for an import of `future` if the module imports `rego.v1` or `rego.v2`, and
    /// for `rego.v1` if it imports `rego.v2`. In a module that is rewritten to v1, `rego.v1` is
    /// redundant, and so are keywords that v1 has or that the module does not use.
    pub(in super::super) fn make_redundant(&self, import: &Import) -> bool {
        let names: Vec<&str> = import.names.iter().map(AsRef::as_ref).collect();
        match (&names[..], &self.needed) {
            (["future", ..], _) if self.imports_v2 => true,
            (["future", "keywords", word], Some(needed)) => !needed.contains(word),
            (["future", ..], Some(needed)) => needed.is_empty(),
            (["future", ..], None) => self.imports_v1,
            (["rego", "v1"], needed) => self.imports_v2 || needed.is_some(),
            _ => false,
        }
    }
}

/// Returns the order of an import within its group.
fn key(import: &Import) -> (Vec<&str>, Option<&str>) {
    (import.names.iter().map(AsRef::as_ref).collect(), import.alias.as_deref())
}

/// Returns `true` if an import names `path`.
pub(super) fn is_path(import: &Import, path: &[&str]) -> bool {
    import.names.iter().map(AsRef::as_ref).eq(path.iter().copied())
}

/// Returns the keyword that an import adds.
pub(super) fn future_keyword(import: &Import) -> Option<Arc<str>> {
    match &import.names[..] {
        [future, keywords, word]
            if future.as_ref() == "future" && keywords.as_ref() == "keywords" =>
        {
            Some(Arc::clone(word))
        }
        _ => None,
    }
}
