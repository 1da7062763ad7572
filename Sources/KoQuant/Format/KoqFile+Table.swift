extension KoqFile.Source {
  var size: Int {
    switch self {
    case .mapped(let file): file.bytes.count
    case .file(let file): file.size
    case .memory(let bytes): bytes.count
    }
  }

  /// Copies bytes of the file, which must be inside its size.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) {
    switch self {
    case .mapped(let file): buffer.copyMemory(from: file.bytes.slice(offset..<offset + buffer.count))
    case .memory(let bytes): buffer.copyMemory(from: bytes.slice(offset..<offset + buffer.count))
    case .file(let file): try file.read(into: buffer, at: offset)
    }
  }

  func readHeaderAndTable(_ calls: SystemCalls) throws(KoqError) -> (KoqHeader, [SectionEntry]) {
    let header = try readHeader(calls)
    return (header, try readTable(header, calls))
  }

  private func readHeader(_ calls: SystemCalls) throws(KoqError) -> KoqHeader {
    // Copied first: a mapped file may change between a check and a use.
    let copy = try AlignedBuffer.forFile(byteCount: min(size, KoqHeader.size), calls)
    do throws(SystemError) {
      try read(into: copy.bytes, at: 0)
    } catch {
      throw KoqError(.system(error))
    }
    return try KoqHeader(UnsafeRawBufferPointer(copy.bytes), fileSize: size)
  }

  /// Reads and checks the section table; its memory is bounded by the file's real size.
  private func readTable(_ header: KoqHeader, _ calls: SystemCalls) throws(KoqError) -> [SectionEntry] {
    let copy = try AlignedBuffer.forFile(byteCount: header.tableLength, calls)
    let table = UnsafeRawBufferPointer(copy.bytes)
    let content: UInt64
    do throws(SystemError) {
      try read(into: copy.bytes, at: header.tableOffset)
      content = try ContentHash.hash(table: table, stride: header.entrySize, count: header.sectionCount)
    } catch {
      throw KoqError(.system(error))
    }
    guard XXH3.hash(table) == header.tableHash, content == header.contentHash else {
      throw KoqError(.damagedTable, offset: header.tableOffset)
    }
    return try Self.entries(table, header)
  }

  private static func entries(
    _ table: UnsafeRawBufferPointer, _ header: KoqHeader
  ) throws(KoqError) -> [SectionEntry] {
    var entries: [SectionEntry] = []
    entries.reserveCapacity(header.sectionCount)
    var end = KoqHeader.size
    for index in 0..<header.sectionCount {
      let begin = index * header.entrySize
      let position = header.tableOffset + begin
      let entry = try SectionEntry(table.slice(begin..<begin + SectionEntry.encodedSize), at: position)
      // Each section follows the one before: no overlaps, no unaccounted bytes.
      guard entry.offset == alignedUp(end, to: entry.alignment), entry.offset <= header.tableOffset,
        entry.storedLength <= header.tableOffset - entry.offset
      else { throw KoqError(.invalidEntry("place in the file"), section: entry.name, offset: position + 72) }
      end = entry.offset + entry.storedLength
      entries.append(entry)
    }
    guard alignedUp(end, to: 64) == header.tableOffset else {
      throw KoqError(.invalidHeader("the table does not follow the last section"), offset: 32)
    }
    try checkUnique(entries)
    return entries
  }

  private static func checkUnique(_ entries: [SectionEntry]) throws(KoqError) {
    var order = Array(entries.indices)
    order.sort { SectionName.precedes(entries[$0].name, entries[$1].name) }
    for (first, second) in zip(order, order.dropFirst()) where entries[first].name == entries[second].name {
      throw KoqError(.invalidEntry("two sections of one name"), section: entries[first].name)
    }
  }
}

extension AlignedBuffer {
  /// An uninitialized buffer whose failure is reported as one of reading a file.
  static func forFile(byteCount: Int, _ calls: SystemCalls) throws(KoqError) -> AlignedBuffer {
    do throws(SystemError) {
      return try AlignedBuffer(byteCount: byteCount, zeroed: false, calls: calls)
    } catch {
      throw KoqError(.system(error))
    }
  }
}
