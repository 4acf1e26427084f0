//! What is written before it is sent: a little in memory, more in a file that has no name and goes with its last holder.
use std::{
    env,
    fs::{File, OpenOptions, remove_file},
    io::{self, Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
};

/// How much is kept in memory.
const IN_MEMORY: usize = 1 << 20;
/// How much there may be: a file that no spreadsheet opens any more.
const MOST: u64 = 4 << 30;
/// What is read at once.
const PIECE: u64 = 64 << 10;

/// Is written to its end, and then read once.
#[derive(Debug, Default)]
pub struct Spool {
    memory: Vec<u8>,
    file: Option<File>,
    length: u64,
}

impl Spool {
    /// Adds to its end.
    pub fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.length += piece.len() as u64;
        if self.length > MOST {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "more than a file may hold"));
        }
        self.memory.extend_from_slice(piece);
        if self.memory.len() > IN_MEMORY {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(unnamed()?),
        };
        file.write_all(&self.memory)?;
        self.memory.clear();
        Ok(())
    }

    /// From its beginning.
    pub fn read(mut self) -> io::Result<Pieces> {
        if self.file.is_some() {
            self.flush()?;
        }
        match self.file {
            Some(mut file) => file.rewind().map(|()| Pieces(Box::new(file))),
            None => Ok(Pieces(Box::new(io::Cursor::new(self.memory)))),
        }
    }
}

/// What a spool holds, piece by piece.
pub struct Pieces(Box<dyn Read + Send>);

impl Pieces {
    /// The next piece; empty at the end.
    pub fn next(&mut self) -> io::Result<Vec<u8>> {
        let mut piece = vec![];
        self.0.by_ref().take(PIECE).read_to_end(&mut piece)?;
        Ok(piece)
    }
}

fn unnamed() -> io::Result<File> {
    let path = env::temp_dir().join(format!("clientele-{}", uuid::Uuid::now_v7()));
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_comes_back_from_memory_and_from_a_file() {
        for number in [0, 1, 3, 40_000] {
            let mut spool = Spool::default();
            let mut expected = vec![];
            for n in 0..number {
                let piece = format!("{n}, some forty characters of a line of text\n");
                spool.write(piece.as_bytes()).unwrap();
                expected.extend_from_slice(piece.as_bytes());
            }
            assert_eq!(spool.file.is_some(), number > 30_000);
            let (mut pieces, mut read) = (spool.read().unwrap(), vec![]);
            loop {
                let piece = pieces.next().unwrap();
                if piece.is_empty() {
                    break;
                }
                read.extend(piece);
            }
            assert!(read == expected, "{number}");
        }
    }
}
