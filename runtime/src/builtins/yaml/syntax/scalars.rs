//! Block scalars: literal and folded ones.

use std::borrow::Cow;

use super::cursor::Mark;
use super::scanner::Scanner;
use super::{Fault, ScalarStyle, Scan};

const CONTEXT: &str = "while scanning a block scalar";

/// The treatment of the line breaks at the end of a block scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    /// Scans a literal or folded scalar.
    pub(super) fn scan_block_scalar(&mut self, style: ScalarStyle) -> Scan {
        let start = self.cursor.mark;
        let (chomping, increment) = self.scan_block_header(start)?;
        let mut end = self.cursor.mark;
        let base = usize::try_from(self.indent).unwrap_or(0);
        let mut indent = if increment > 0 { base + increment } else { 0 };

        let (mut value, mut line_break, mut blank_lines) = (String::new(), "", String::new());
        self.scan_blank_lines(&mut indent, &mut blank_lines, start, &mut end)?;
        let mut was_indented = false;
        while self.cursor.mark.column as usize == indent && !self.cursor.is_end() {
            // Lines that begin with a space or a tab are not folded.
            let is_indented = self.cursor.is_blank();
            let folds = style == ScalarStyle::Folded && !was_indented && !is_indented;
            if !folds || line_break != "\n" {
                value.push_str(line_break);
            } else if blank_lines.is_empty() {
                value.push(' ');
            }
            value.push_str(&blank_lines);
            blank_lines.clear();
            was_indented = is_indented;
            let offset = self.cursor.mark.offset;
            self.cursor.skip_to_break();
            value.push_str(self.cursor.since(offset));
            line_break = self.cursor.take_break();
            self.scan_blank_lines(&mut indent, &mut blank_lines, start, &mut end)?;
        }
        if chomping != Chomping::Strip {
            value.push_str(line_break);
        }
        if chomping == Chomping::Keep {
            value.push_str(&blank_lines);
        }
        self.push_scalar(Cow::Owned(value), style, start, end);
        Ok(())
    }

    /// Scans `|` or `>`, its indicators, and the rest of its line.
    fn scan_block_header(&mut self, start: Mark) -> Scan<(Chomping, usize)> {
        self.cursor.skip();
        let mut chomping = self.scan_chomping();
        let mut increment = 0;
        if self.cursor.byte().is_ascii_digit() {
            increment = usize::from(self.cursor.byte() - b'0');
            if increment == 0 {
                let problem = "found an indentation indicator equal to 0";
                return Err(self.fault_at(CONTEXT, start, problem));
            }
            self.cursor.skip();
            chomping = chomping.or_else(|| self.scan_chomping());
        }
        self.cursor.skip_blanks();
        self.cursor.skip_comment();
        if !self.cursor.is_break_or_end() {
            let problem = "did not find expected comment or line break";
            return Err(self.fault_at(CONTEXT, start, problem));
        }
        self.cursor.take_break();
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    fn scan_chomping(&mut self) -> Option<Chomping> {
        let chomping = match self.cursor.byte() {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return None,
        };
        self.cursor.skip();
        Some(chomping)
    }

    /// Scans lines without content, and the indentation of the next line. If `indent` is 0, the
    /// deepest of these lines decides it.
    fn scan_blank_lines(
        &mut self,
        indent: &mut usize,
        breaks: &mut String,
        start: Mark,
        end: &mut Mark,
    ) -> Scan {
        *end = self.cursor.mark;
        let mut deepest = 0;
        loop {
            let column = self.scan_indentation(*indent);
            deepest = deepest.max(column);
            if (*indent == 0 || column < *indent) && self.cursor.byte() == b'\t' {
                return Err(self.tab_in_indentation(start));
            }
            if !self.cursor.is_break() {
                break;
            }
            breaks.push_str(self.cursor.take_break());
            *end = self.cursor.mark;
        }
        if *indent == 0 {
            let least = usize::try_from(self.indent + 1).unwrap_or(0);
            *indent = deepest.max(least).max(1);
        }
        Ok(())
    }

    /// Skips spaces, up to the column `indent` if it is not 0, and returns the column.
    fn scan_indentation(&mut self, indent: usize) -> usize {
        while (indent == 0 || (self.cursor.mark.column as usize) < indent)
            && self.cursor.byte() == b' '
        {
            self.cursor.skip();
        }
        self.cursor.mark.column as usize
    }

    fn tab_in_indentation(&self, start: Mark) -> Fault {
        let problem = "found a tab character where an indentation space is expected";
        self.fault_at(CONTEXT, start, problem)
    }
}
