//! Writes packages, rules in order, and the comments after the last rule.

use super::super::tree::{Import, Module, Package, Rule};
use super::Writer;

impl<'m> Writer<'m> {
    /// Writes a module.
    pub(super) fn module(&mut self, module: &'m Module) {
        self.package(&module.package);
        let mut imports = module.imports.iter().peekable();
        let mut rules = module.rules.iter().enumerate().peekable();
        while imports.peek().is_some() || rules.peek().is_some() {
            let limit = rules.peek().map_or(usize::MAX, |(_, rule)| rule.location.start);
            let mut group: Vec<&'m Import> = Vec::new();
            while let Some(import) = imports.next_if(|import| import.location.start < limit) {
                group.push(import);
            }
            self.imports(&group);
            let limit = imports.peek().map_or(usize::MAX, |import| import.location.start);
            let mut group = Vec::new();
            while let Some(rule) = rules.next_if(|(_, rule)| rule.location.start < limit) {
                group.push(rule);
            }
            self.rules(&group);
        }
        while let Some(comment) = self.comments.get(self.next) {
            let text = comment.text;
            self.next += 1;
            self.write_line(text);
        }
    }

    fn package(&mut self, package: &'m Package) {
        // A comment at the start of the module has no line before it that another could end.
        let _ = self.insert_comments(Some(package.location.row));
        self.start_line();
        self.push("package ");
        let _ = self.reference(&package.path);
        self.blank_line();
    }

    fn rules(&mut self, rules: &[(usize, &'m Rule)]) {
        for (position, &(index, rule)) in rules.iter().enumerate() {
            self.surprised = false;
            if self.verbatim.contains(&index) {
                self.verbatim_rule(rule);
            } else {
                // The rule is complete after an unexpected comment too.
                let _ = self.insert_comments(Some(rule.location.row));
                let _ = self.rule(rule);
            }
            if self.surprised {
                self.unexpected.push(index);
            }
            self.level = 0;
            let next = rules.get(position + 1).map(|(_, next)| *next);
            let grouped = next.is_some_and(|next| {
                self.is_groupable(rule)
                    && self.is_groupable(next)
                    && next.location.row == rule.location.row + 1
            });
            if !grouped {
                self.blank_line();
            }
        }
    }

    /// Writes a rule as in the source.
    fn verbatim_rule(&mut self, rule: &Rule) {
        let row = self.text.row(rule.location.start);
        let due = self.due(row);
        self.next = due.end;
        self.write_comments(due.clone());
        if due.last().is_some_and(|index| row > self.comments[index].row + 1) {
            self.blank_line();
        }
        self.start_line();
        self.push(self.text.at(rule.location));
        let last = self.text.row(rule.location.end);
        while let Some(comment) = self.comments.get(self.next) {
            if comment.row > last {
                break;
            }
            if comment.row == last {
                self.before_end = Some(self.next);
            }
            self.next += 1;
        }
        self.end_line();
    }

    /// Returns `true` if the rule is written on one line, so that no blank line separates it from
    /// such a rule in the next line.
    fn is_groupable(&self, rule: &Rule) -> bool {
        let short = match &rule.body[..] {
            [] => true,
            [expr] => !super::bodies::is_set(expr),
            _ => false,
        };
        let value = self.options.contains || rule.head.value.is_some();
        let ifs = self.options.v1 || self.options.ifs;
        short && !rule.default && rule.branches.is_empty() && ifs && value
    }
}
