import KoQuant

extension KoqWriter {
  /// Writes the bytes of one section as they arrive, block by block.
  final class SectionWriter {
    /// Codec, place and stored length are settled with the first block, the hashes with the last.
    private(set) var entry: SectionEntry
    /// Where the section may begin.
    private let start: Int
    private let file: AtomicFileWriter
    /// Nil when the section is stored from the outset.
    private let compressor: Compressor?
    private let rawHash: XXH3.Stream
    private let storedHash: XXH3.Stream
    private var settled = false
    /// Raw bytes that have arrived.
    private var received = 0
    /// Bytes of a block that is not complete yet.
    private var pending: AlignedBuffer
    private var pendingCount = 0
    /// Ends and hashes of the blocks so far.
    private var index: [(end: Int, hash: UInt64)] = []
    /// The frames so far, while they are so small that the section may have to be stored after all.
    private var frames: [UInt8]? = []

    init(
      _ entry: SectionEntry, start: Int, file: AtomicFileWriter, compressor: Compressor?
    ) throws(SystemError) {
      self.entry = entry
      self.start = start
      self.file = file
      self.compressor = entry.rawLength == 0 ? nil : compressor
      rawHash = try XXH3.Stream()
      storedHash = try XXH3.Stream()
      pending = try AlignedBuffer(byteCount: 0)
      if self.compressor == nil { settle(.stored) }
    }

    /// Raw bytes that are compressed together.
    private var blockLength: Int {
      entry.rowsPerBlock == 0 ? entry.rawLength : entry.rowsPerBlock * entry.rowLength
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(KoqError) {
      guard bytes.count <= entry.rawLength - received else { throw wrongLength }
      rawHash.update(bytes)
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = rest.prefix(settled && entry.codec == .stored ? rest.count : missing)
        try add(UnsafeRawBufferPointer(rebasing: part))
        received += part.count
        rest = rest.dropFirst(part.count)
      }
    }

    /// The entry of the finished section.
    func finish() throws(KoqError) -> SectionEntry {
      guard received == entry.rawLength else { throw wrongLength }
      if entry.codec == .zstd {
        try storeIndex()
        if entry.rawLength > SectionEntry.maximumRawLength(storedLength: entry.storedLength) {
          try storeAfterAll()
        }
      }
      entry.rawHash = rawHash.digest()
      entry.storedHash = storedHash.digest()
      return entry
    }

    private var wrongLength: KoqError {
      KoqError(.wrongBufferSize(expected: entry.rawLength), section: entry.name, path: file.path)
    }
  }
}

extension KoqWriter.SectionWriter {
  /// Bytes until the current block is complete.
  private var missing: Int {
    min(blockLength, entry.rawLength - (received - pendingCount)) - pendingCount
  }

  /// Adds bytes that reach no further than the end of the current block.
  private func add(_ bytes: UnsafeRawBufferPointer) throws(KoqError) {
    if settled, entry.codec == .stored { return try store(bytes) }
    let completes = bytes.count == missing
    if completes, pendingCount == 0 { return try addBlock(bytes) }
    let needed = pendingCount + missing
    if pending.count < needed {
      do throws(SystemError) {
        pending = try AlignedBuffer(byteCount: needed, zeroed: false)
      } catch {
        throw KoqError(.system(error), section: entry.name, path: file.path)
      }
    }
    pending.bytes[pendingCount..<pendingCount + bytes.count].copyBytes(from: bytes)
    pendingCount += bytes.count
    guard completes else { return }
    let block = UnsafeRawBufferPointer(rebasing: pending.bytes[..<needed])
    pendingCount = 0
    try addBlock(block)
  }

  /// Writes a block as a frame; the first block that does not become smaller makes the section a stored one.
  private func addBlock(_ block: UnsafeRawBufferPointer) throws(KoqError) {
    guard let compressor else { return try store(block) }
    let frame = try compressor.compress(block)
    if !settled {
      settle(frame.count + BlockIndex.entrySize < block.count ? .zstd : .stored)
      if entry.codec == .stored { return try store(block) }
    }
    try store(frame)
    index.append((end: entry.storedLength, hash: XXH3.hash(block)))
    frames?.append(contentsOf: frame)
    // With this many bytes it is certain that the section need not be stored after all.
    if SectionEntry.maximumRawLength(storedLength: entry.storedLength) >= entry.rawLength { frames = nil }
  }

  /// Decides how the section is stored and where it begins.
  private func settle(_ codec: SectionEntry.Codec) {
    entry.codec = codec
    // Pages of their own for what is large and used in place.
    let paged = codec == .stored && entry.elementType == .int8 && entry.rawLength >= 4096
    entry.alignment = paged ? 4096 : SectionEntry.minimumAlignment
    entry.offset = (start + entry.alignment - 1) & ~(entry.alignment - 1)
    entry.storedLength = 0
    settled = true
  }

  /// Writes bytes behind those of the section so far.
  private func store(_ bytes: UnsafeRawBufferPointer) throws(KoqError) {
    do throws(SystemError) {
      try file.write(bytes, at: entry.offset + entry.storedLength)
    } catch {
      throw KoqError(.system(error), section: entry.name, path: file.path)
    }
    storedHash.update(bytes)
    entry.storedLength += bytes.count
  }

  /// Makes zeros of what lies before a section that has moved to a page of its own.
  private func clear(_ gap: Range<Int>) throws(KoqError) {
    do throws(SystemError) {
      let zeros = try AlignedBuffer(byteCount: gap.count)
      try file.write(UnsafeRawBufferPointer(zeros.bytes), at: gap.lowerBound)
    } catch {
      throw KoqError(.system(error), section: entry.name, path: file.path)
    }
  }

  private func storeIndex() throws(KoqError) {
    if entry.rowsPerBlock == 0 { return }
    let size = BlockIndex.entrySize
    let bytes: AlignedBuffer
    do throws(SystemError) {
      bytes = try AlignedBuffer(byteCount: index.count * size)
    } catch {
      throw KoqError(.system(error), section: entry.name, path: file.path)
    }
    for (number, block) in index.enumerated() {
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes.bytes[number * size..<(number + 1) * size])
      BlockIndex.encode(end: block.end, hash: block.hash, into: part)
    }
    try store(UnsafeRawBufferPointer(bytes.bytes))
  }

  /// Writes a section that compresses beyond what readers accept (long runs of zeros) as it is.
  private func storeAfterAll() throws(KoqError) {
    guard let frames else { return }
    let compressedOffset = entry.offset
    storedHash.reset()
    settle(.stored)
    try clear(compressedOffset..<entry.offset)
    let decoder = try SectionDecoder()
    var begin = 0
    var remaining = entry.rawLength
    for block in index {
      let length = min(blockLength, remaining)
      let frame = frames[begin..<block.end]
      let outcome = frame.withUnsafeBytes { bytes in
        Result { () throws(KoqError) in try store(decoder.decode(frame: bytes, length: length)) }
      }
      try outcome.get()
      begin = block.end
      remaining -= length
    }
  }
}
