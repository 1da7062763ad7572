import KoQuant

/// Writes the sections of a model file again, compressed or as they are used. Names, order and contents stay, and
/// so does the content hash.
public enum Repacker {
  /// - Parameter compression: of all sections but the small ones that every reader needs at once, which are
  ///   stored as in a converted file.
  /// - Throws: `KoqError` for damage anywhere in the sections; then nothing is written.
  public static func repack(
    _ file: KoqFile, to path: String, compression: KoqWriter.Compression
  ) throws(KoqError) -> KoqWriter.Summary {
    let writer = try KoqWriter(path: path)
    do throws(KoqError) {
      let decoder = try SectionDecoder()
      for entry in file.sections {
        guard entry.isKnown else {
          throw KoqError(
            .invalidEntry("kind of section that this program does not know"), section: entry.name,
            path: file.path)
        }
        let isSmall = entry.name == .model || entry.name == .tokenizer
        try copy(entry, of: file, to: writer, isSmall ? .stored : compression, decoder)
      }
      return try writer.finish()
    } catch {
      writer.discard()
      throw error
    }
  }

  private static func copy(
    _ entry: SectionEntry, of file: KoqFile, to writer: KoqWriter, _ compression: KoqWriter.Compression,
    _ decoder: SectionDecoder
  ) throws(KoqError) {
    try writer.begin(KoqWriter.Section(entry), compression)
    // Block by block where it has blocks: the memory of one suffices.
    let rows = max(entry.rowsPerBlock == 0 ? entry.rows : entry.rowsPerBlock, 1)
    let buffer: AlignedBuffer
    do throws(SystemError) {
      buffer = try AlignedBuffer(byteCount: rows * entry.rowLength, zeroed: false)
    } catch {
      throw KoqError(.system(error), section: entry.name, path: file.path)
    }
    if entry.rowsPerBlock == 0 {
      try file.decode(entry, into: buffer.bytes, using: decoder)
      try writer.write(UnsafeRawBufferPointer(buffer.bytes))
    } else {
      for block in 0..<entry.blocks {
        let range = entry.rows(ofBlock: block)
        let part = UnsafeMutableRawBufferPointer(
          rebasing: buffer.bytes[..<(range.count * entry.rowLength)])
        try file.decodeRows(entry, range, into: part, using: decoder)
        try writer.write(UnsafeRawBufferPointer(part))
      }
    }
    // Stored rows have no hashes of their own.
    guard try writer.endSection().rawHash == entry.rawHash else {
      throw KoqError(.damagedSection, section: entry.name, offset: entry.offset, path: file.path)
    }
  }
}

extension KoqWriter.Section {
  /// The section that `entry` describes.
  fileprivate init(_ entry: SectionEntry) {
    self.init(
      entry.name, entry.elementType, shape: entry.shape.array, rowsPerBlock: entry.rowsPerBlock,
      attribute: entry.attribute)
    kind = entry.kind
  }
}
