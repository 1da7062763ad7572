extension KoqFile {
  /// Whether `bytes(of:)` gives the section's bytes.
  public func isInPlace(_ entry: SectionEntry) -> Bool { entry.codec == .stored && bytes != nil }

  /// The bytes of a stored section where they are, valid as long as this object, aligned to 64 and for a
  /// mapped file to the section's alignment up to a page. Their hash is not checked here: see `verify`.
  /// - Throws: `notInPlace` for compressed sections and files that are only read.
  public func bytes(of entry: SectionEntry) throws(KoqError) -> UnsafeRawBufferPointer {
    guard entry.codec == .stored, let bytes else { throw failure(.notInPlace, entry) }
    return bytes.slice(entry.extent)
  }

  /// Decodes (or copies) a whole section into `output`, of exactly `rawLength` bytes, and checks its hash.
  /// After an error the contents of `output` are not to be used.
  public func decode(
    _ entry: SectionEntry, into output: UnsafeMutableRawBufferPointer, using decoder: SectionDecoder
  ) throws(KoqError) {
    guard output.count == entry.rawLength else {
      throw failure(.wrongBufferSize(expected: entry.rawLength), entry)
    }
    if entry.codec == .stored {
      try read(entry, entry.extent, into: output)
    } else if entry.blocks > 0 {
      for block in 0..<entry.blocks {
        let rows = entry.rows(ofBlock: block)
        let part = output.slice(rows.lowerBound * entry.rowLength..<rows.upperBound * entry.rowLength)
        try decodeBlock(entry, block, into: part, using: decoder)
      }
    } else {
      let frame = try compressed(entry, entry.extent, decoder)
      guard decoder.decompress(frame, into: output) else { throw failure(.notDecodable, entry) }
    }
    guard XXH3.hash(UnsafeRawBufferPointer(output)) == entry.rawHash else {
      throw failure(.damagedSection, entry)
    }
  }

  /// Decodes one block of rows of a compressed section into `output`, of exactly its rows' bytes, and checks
  /// the block's hash.
  public func decodeBlock(
    _ entry: SectionEntry, _ block: Int, into output: UnsafeMutableRawBufferPointer,
    using decoder: SectionDecoder
  ) throws(KoqError) {
    guard entry.codec == .zstd, entry.blocks > 0 else { throw failure(.noBlocks, entry) }
    guard (0..<entry.blocks).contains(block) else { throw failure(.outOfRange, entry) }
    let length = entry.rows(ofBlock: block).count * entry.rowLength
    guard output.count == length else { throw failure(.wrongBufferSize(expected: length), entry) }
    let place = try blockPlace(entry, block)
    let begin = entry.offset + place.frame.lowerBound
    let frame = try compressed(entry, begin..<begin + place.frame.count, decoder)
    guard decoder.decompress(frame, into: output) else { throw failure(.notDecodable, entry, offset: begin) }
    guard XXH3.hash(UnsafeRawBufferPointer(output)) == place.hash else {
      throw failure(.damagedSection, entry, offset: begin)
    }
  }

  /// Copies `rows` of a section that is stored or in blocks into `output`, of exactly their bytes. Blocks are
  /// checked against their hashes; stored rows are not.
  public func decodeRows(
    _ entry: SectionEntry, _ rows: Range<Int>, into output: UnsafeMutableRawBufferPointer,
    using decoder: SectionDecoder
  ) throws(KoqError) {
    guard rows.lowerBound >= 0, rows.upperBound <= entry.rows else { throw failure(.outOfRange, entry) }
    let rowLength = entry.rowLength
    guard output.count == rows.count * rowLength else {
      throw failure(.wrongBufferSize(expected: rows.count * rowLength), entry)
    }
    if entry.codec == .stored {
      let begin = entry.offset + rows.lowerBound * rowLength
      return try read(entry, begin..<begin + output.count, into: output)
    }
    guard entry.blocks > 0 else { throw failure(.noBlocks, entry) }
    var next = rows.lowerBound
    while next < rows.upperBound {
      let block = next / entry.rowsPerBlock
      let all = entry.rows(ofBlock: block)
      let wanted = next..<min(all.upperBound, rows.upperBound)
      let first = (next - rows.lowerBound) * rowLength
      let part = output.slice(first..<first + wanted.count * rowLength)
      if wanted == all {
        try decodeBlock(entry, block, into: part, using: decoder)
      } else {
        let whole = try decoder.outputBuffer(all.count * rowLength)
        try decodeBlock(entry, block, into: whole, using: decoder)
        let skip = (next - all.lowerBound) * rowLength
        part.copyMemory(from: UnsafeRawBufferPointer(whole.slice(skip..<skip + part.count)))
      }
      next = wanted.upperBound
    }
  }
}

extension KoqFile {
  /// Copies bytes of the file that belong to `entry`.
  func read(
    _ entry: SectionEntry, _ extent: Range<Int>, into output: UnsafeMutableRawBufferPointer
  ) throws(KoqError) {
    do throws(SystemError) {
      try source.read(into: output, at: extent.lowerBound)
    } catch {
      throw failure(.system(error), entry)
    }
  }

  /// Compressed bytes of `entry`: in place, or read into the decoder's buffer.
  private func compressed(
    _ entry: SectionEntry, _ extent: Range<Int>, _ decoder: SectionDecoder
  ) throws(KoqError) -> UnsafeRawBufferPointer {
    if let bytes { return bytes.slice(extent) }
    let buffer = try decoder.inputBuffer(extent.count)
    try read(entry, extent, into: buffer)
    return UnsafeRawBufferPointer(buffer)
  }

  private func blockPlace(_ entry: SectionEntry, _ block: Int) throws(KoqError) -> BlockIndex.Block {
    let begin = entry.extent.upperBound - entry.blockIndexLength + max(block - 1, 0) * BlockIndex.entrySize
    var copy: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    let length = block == 0 ? BlockIndex.entrySize : 2 * BlockIndex.entrySize
    var outcome: Result<BlockIndex.Block?, KoqError> = .success(nil)
    withUnsafeMutableBytes(of: &copy) { bytes in
      let part = bytes.slice(0..<length)
      do throws(KoqError) {
        try read(entry, begin..<begin + length, into: part)
        outcome = .success(BlockIndex.decode(UnsafeRawBufferPointer(part), block: block, of: entry))
      } catch {
        outcome = .failure(error)
      }
    }
    guard let place = try outcome.get() else { throw failure(.invalidBlockIndex, entry, offset: begin) }
    return place
  }
}
