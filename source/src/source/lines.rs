//! An index of the lines of a source, for callers that ask for the places of many bytes.

use super::Source;

/// The lines of a source, in the module and in its document.
#[derive(Clone, Debug)]
pub struct Lines {
    module: Index,
    document: Option<Document>,
}

/// The lines of the document around a module.
#[derive(Clone, Debug)]
struct Document {
    index: Index,
    /// For each line of the module, `true` if the document contains it verbatim.
    exact: Vec<bool>,
}

/// The lines of a text.
#[derive(Clone, Debug)]
struct Index {
    /// The offsets of the line feeds.
    line_feeds: Vec<usize>,
    /// The offsets of the bytes that continue a character.
    continuations: Vec<usize>,
    /// The length of the text.
    length: usize,
}

impl Lines {
    /// Builds the index of `source`.
    pub fn of(source: &Source) -> Self {
        let document = source.origin.as_ref().map(|origin| {
            let lines = source.text.lines().zip(origin.line_offsets.iter());
            let exact = lines.map(|(line, &offset)| {
                origin.text.get(offset..).is_some_and(|text| text.starts_with(line))
            });
            Document { index: Index::of(&origin.text), exact: exact.collect() }
        });
        Self { module: Index::of(&source.text), document }
    }

    /// Returns the file, the line and the column of a byte of the module, in the YAML if `source`
    /// comes from one.
    pub fn place<'s>(&self, source: &'s Source, offset: u32) -> (&'s str, (u32, u32)) {
        let offset = offset as usize;
        let (Some(origin), Some(document)) = (&source.origin, &self.document) else {
            return (&source.name, self.module.line_column(offset));
        };
        let number = self.module.line(offset) as usize - 1;
        let line = origin.line_offsets.get(number).or(origin.line_offsets.first());
        let mut start = line.copied().unwrap_or_default();
        if document.exact.get(number).is_some_and(|&exact| exact) {
            start += offset.saturating_sub(self.module.start_of_line(offset));
        }
        let (line, column) = document.index.line_column(start);
        (&origin.name, (line.saturating_add(origin.lines_before), column))
    }
}

impl Index {
    fn of(text: &str) -> Self {
        let continuation = |&(_, byte): &(usize, u8)| (0x80..0xc0).contains(&byte);
        let bytes = text.bytes().enumerate();
        Self {
            line_feeds: text.match_indices('\n').map(|(offset, _)| offset).collect(),
            continuations: bytes.filter(continuation).map(|(offset, _)| offset).collect(),
            length: text.len(),
        }
    }

    fn line(&self, offset: usize) -> u32 {
        let before = self.line_feeds.partition_point(|&line_feed| line_feed < offset);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }

    fn start_of_line(&self, offset: usize) -> usize {
        let before = self.line_feeds.partition_point(|&line_feed| line_feed < offset);
        before.checked_sub(1).map_or(0, |last| self.line_feeds[last] + 1)
    }

    /// Returns the line and the column of a byte, both counted from 1, columns in characters.
    fn line_column(&self, offset: usize) -> (u32, u32) {
        let start = self.start_of_line(offset);
        let offset = offset.min(self.length);
        let before = |end: usize| self.continuations.partition_point(|&byte| byte < end);
        let column = offset - start - (before(offset) - before(start)) + 1;
        (self.line(offset), u32::try_from(column).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RegoVersion;

    #[test]
    fn the_index_has_the_places_of_the_source() {
        let text = "a\n\nbé\nc\té x\r\nd";
        let source = Source::new("p.rego", text, RegoVersion::V1);
        let lines = Lines::of(&source);
        for (offset, _) in text.char_indices().chain([(text.len(), ' '), (text.len() + 3, ' ')]) {
            let offset = u32::try_from(offset).expect("a short text");
            assert_eq!(lines.place(&source, offset), ("p.rego", source.line_column(offset)));
        }
    }
}
