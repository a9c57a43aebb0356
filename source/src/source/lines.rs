//! An index of the lines of a source, for callers that ask for the lines of many bytes.

use super::Source;

/// The places at which the lines of a source begin, in the module and in its document.
#[derive(Clone, Debug)]
pub struct Lines {
    /// The offsets of the module's line feeds.
    module: Vec<usize>,
    /// The offsets of the document's line feeds.
    document: Option<Vec<usize>>,
}

impl Lines {
    /// Builds the index of `source`.
    pub fn of(source: &Source) -> Self {
        let document = source.origin.as_ref().map(|origin| line_feeds(&origin.text));
        Self { module: line_feeds(&source.text), document }
    }

    /// Returns the line of a byte of the module, counted from 1, like [`Source::line`].
    pub fn line(&self, offset: u32) -> u32 {
        line(&self.module, offset as usize)
    }

    /// Returns the file and the line of a byte of the module, in the YAML if `source` comes from
    /// one.
    pub fn place<'s>(&self, source: &'s Source, offset: u32) -> (&'s str, u32) {
        let own = self.line(offset);
        let (Some(origin), Some(document)) = (&source.origin, &self.document) else {
            return (&source.name, own);
        };
        let start = origin.line_offsets.get(own as usize - 1).copied().unwrap_or_default();
        (&origin.name, line(document, start).saturating_add(origin.lines_before))
    }
}

fn line_feeds(text: &str) -> Vec<usize> {
    text.match_indices('\n').map(|(offset, _)| offset).collect()
}

fn line(line_feeds: &[usize], offset: usize) -> u32 {
    let before = line_feeds.partition_point(|&line_feed| line_feed < offset);
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RegoVersion;

    #[test]
    fn the_index_has_the_lines_of_the_source() {
        let text = "a\n\nbé\nc";
        let source = Source::new("p.rego", text, RegoVersion::V1);
        let lines = Lines::of(&source);
        for offset in 0..u32::try_from(text.len() + 3).expect("a short text") {
            assert_eq!(lines.line(offset), source.line(offset), "{offset}");
        }
        assert_eq!(lines.place(&source, 3), ("p.rego", 3));
    }
}
