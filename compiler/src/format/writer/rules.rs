//! Writes rules and their `else` branches.

use super::super::location::Location;
use super::super::tree::{Branch, Expr, Rule, is_true};
use super::bodies::is_set;
use super::logical::begins_with_brace;
use super::{Writer, Written};

/// The parts of a rule or a branch around its body.
#[derive(Clone, Copy)]
struct Frame {
    /// The place of the rule or branch.
    location: Location,
    /// The place of its head.
    head: Location,
    /// The brackets of the head before the body's braces.
    skip: Option<(u8, u8)>,
    /// `true` if `if` may precede the body.
    uses_if: bool,
    is_else: bool,
}

impl<'m> Writer<'m> {
    /// Writes a rule with its branches.
    pub(super) fn rule(&mut self, rule: &'m Rule) -> Written {
        self.start_line();
        if rule.default {
            self.push("default ");
        }
        let constant = rule.body.is_empty() && rule.branches.is_empty();
        self.comment_on_final_line = constant;
        let head = self.head(rule, constant);
        if rule.body.is_empty() && constant {
            self.end_line();
            return head;
        }
        let skip = match &rule.head {
            head if !head.arguments.is_empty() => Some((b'(', b')')),
            head => head.key.as_ref().map(|_| (b'[', b']')),
        };
        let frame = Frame {
            location: rule.location,
            head: rule.head.location,
            skip,
            uses_if: self.uses_if(rule.head.value.is_some()),
            is_else: false,
        };
        let body = self.rule_body(&rule.body, frame);
        let mut done = head.and(body);
        for (index, branch) in rule.branches.iter().enumerate() {
            let last = index + 1 == rule.branches.len();
            let row = match index.checked_sub(1) {
                Some(before) => rule.branches[before].location.row,
                None => rule.location.row,
            };
            done = done.and(self.branch(branch, row, last));
        }
        done
    }

    fn uses_if(&self, has_value: bool) -> bool {
        (self.options.v1 || self.options.ifs) && (self.options.contains || has_value)
    }

    /// Writes a body after its head.
    fn rule_body(&mut self, body: &'m [Expr], frame: Frame) -> Written {
        self.comment_on_final_line = true;
        if frame.uses_if {
            self.push(" if");
            if let [expr] = body
                && expr.location.row == self.text.last_row(frame.head)
                && !is_set(expr)
                && !(frame.is_else && begins_with_brace(expr))
            {
                self.push(" ");
                let written = self.literal(expr);
                self.end_line();
                return written;
            }
        }
        self.push(" {");
        self.end_line();
        if frame.uses_if
            && !frame.is_else
            && let Some(first) = body.first()
        {
            self.mark_union_lead(first);
        }
        let level = self.level;
        self.up();
        let done = self.body(body);
        let brackets = (b'{', b'}');
        let close = match frame.skip {
            Some(skip) => self.text.closing_row_after(skip, brackets, frame.location),
            None => self.text.closing_row(brackets, frame.location),
        };
        let closed = self.insert_comments(close);
        self.level = level;
        self.start_line();
        self.push("}");
        done.and(closed)
    }

    /// Writes an `else` branch. `row_before` is the row of the branch or rule before it. The branch begins on the line of the closing brace unless the source begins
    /// a line with it or a comment is between.
    fn branch(&mut self, branch: &'m Branch, row_before: usize, last: bool) -> Written {
        let start = branch.location.start;
        let line = self.text.content[..start].rsplit('\n').next().unwrap_or_default();
        let own_line = line.trim().is_empty();
        let was_inline = !own_line && branch.location.row > row_before;
        let row = branch.head.row;
        let comment_above = self.before_end.is_some()
            || self.comments.get(self.next).is_some_and(|comment| comment.row < row);
        if was_inline && !comment_above {
            self.push(" ");
        } else {
            self.blank_line();
            self.start_line();
        }
        let mut done = self.insert_comments(Some(row));
        if comment_above && !was_inline {
            self.start_line();
        }
        let constant = branch.body.is_empty() && last;
        self.comment_on_final_line = constant;
        done = done.and(self.branch_head(branch, constant));
        if branch.body.is_empty() {
            self.end_line();
            return done;
        }
        let frame = Frame {
            location: branch.location,
            head: branch.head,
            skip: None,
            uses_if: self.uses_if(true),
            is_else: true,
        };
        done.and(self.rule_body(&branch.body, frame))
    }

    fn branch_head(&mut self, branch: &'m Branch, constant: bool) -> Written {
        if !self.inline {
            self.start_line();
        }
        self.push("else");
        let value = &branch.value;
        if is_true(&value.term) && !constant {
            return Ok(());
        }
        self.push(if value.declares || self.options.v1 { " := " } else { " = " });
        self.term(&value.term)
    }
}
