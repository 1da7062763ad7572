import KoQuant

/// Writes a `.koq` file section by section, in one pass and with the memory of one block of rows; the file
/// appears under its name when `finish` has succeeded and is not left behind in any other case.
///
/// The same sections in the same order give the same bytes, for one version of libzstd.
public final class KoqWriter {
  public enum Compression: Sendable, Equatable {
    case stored
    /// A level of zstd, 1 to 22, for tensors in int8, which gain nothing from high ones. Everything else, which is
    /// small, takes at least `smallSectionLevel`. What does not become smaller is stored all the same.
    case zstd(level: Int32)
  }

  /// What a section is, apart from its bytes.
  public struct Section: Sendable {
    public var name: SectionName
    public var kind: SectionEntry.Kind
    public var elementType: SectionEntry.ElementType
    public var shape: [Int]
    /// Rows of the first dimension that can be decoded without the others; 0 for all at once.
    public var rowsPerBlock: Int
    /// For weights: input channels per group of activations, 0 for one group.
    public var attribute: UInt32

    public init(
      _ name: SectionName, _ elementType: SectionEntry.ElementType, shape: [Int], rowsPerBlock: Int = 0,
      attribute: UInt32 = 0
    ) {
      self.name = name
      kind = .tensor
      self.elementType = elementType
      self.shape = shape
      self.rowsPerBlock = rowsPerBlock
      self.attribute = attribute
    }

    /// Bytes that are not a tensor.
    public init(document name: SectionName, length: Int) {
      self.init(name, .bytes, shape: [length])
      kind = .document
    }
  }

  /// What a finished file consists of.
  public struct Summary: Sendable {
    public var header: KoqHeader
    public var sections: [SectionEntry]
  }

  /// Levels of zstd up to here make tables and texts smaller, at no cost in decoding them.
  static let smallSectionLevel: Int32 = 19

  /// The file to be.
  public let path: String
  private let file: AtomicFileWriter
  /// Of the levels that sections have asked for.
  private var compressors: [Int32: Compressor] = [:]
  private var entries: [SectionEntry] = []
  private var open: SectionWriter?
  /// Where the next section may begin.
  private var end = KoqHeader.size

  /// Creates a temporary file in the folder of `path`.
  public init(path: String, calls: SystemCalls = .live) throws(KoqError) {
    self.path = path
    do throws(SystemError) {
      file = try AtomicFileWriter(path: path, calls: calls)
    } catch {
      throw KoqError(.system(error), path: path)
    }
  }

  /// Adds a section whose bytes are all there.
  public func append(
    _ section: Section, _ bytes: UnsafeRawBufferPointer, _ compression: Compression
  ) throws(KoqError) {
    try begin(section, compression)
    try write(bytes)
    try endSection()
  }

  /// Adds a document.
  public func append(document name: SectionName, _ bytes: [UInt8], _ compression: Compression)
    throws(KoqError)
  {
    try begin(Section(document: name, length: bytes.count), compression)
    let outcome = bytes.withUnsafeBytes { buffer in
      Result { () throws(KoqError) in try write(buffer) }
    }
    try outcome.get()
    try endSection()
  }

  /// Starts a section whose bytes follow by `write`, in any pieces, until `endSection`.
  public func begin(_ section: Section, _ compression: Compression) throws(KoqError) {
    let entry = try check(section)
    let compressor = try compressor(for: section, compression)
    do throws(SystemError) {
      open = try SectionWriter(entry, start: end, file: file, compressor: compressor)
    } catch {
      throw KoqError(.system(error), section: section.name, path: path)
    }
  }

  private func compressor(for section: Section, _ compression: Compression) throws(KoqError) -> Compressor? {
    guard case .zstd(let asked) = compression else { return nil }
    let level = section.elementType == .int8 ? asked : max(asked, Self.smallSectionLevel)
    if let compressor = compressors[level] { return compressor }
    let compressor = try Compressor(level: level)
    compressors[level] = compressor
    return compressor
  }

  /// Adds bytes to the section that was begun.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(KoqError) {
    guard let open else { throw KoqError(.invalidEntry("bytes without a section"), path: path) }
    try open.write(bytes)
  }

  /// Ends the section that was begun; all its bytes must have been written. Returns what the table will say.
  @discardableResult
  public func endSection() throws(KoqError) -> SectionEntry {
    guard let open else { throw KoqError(.invalidEntry("an end without a section"), path: path) }
    let entry = try open.finish()
    entries.append(entry)
    end = entry.extent.upperBound
    self.open = nil
    return entry
  }

  /// The entry of a section that may be begun now, without what is known only in the end.
  private func check(_ section: Section) throws(KoqError) -> SectionEntry {
    func fail(_ field: KoqError.Field) -> KoqError {
      KoqError(.invalidEntry(field), section: section.name, path: path)
    }
    guard open == nil else { throw fail("the section before is not finished") }
    guard !section.name.isNone, !entries.contains(where: { $0.name == section.name }) else {
      throw fail("name")
    }
    guard entries.count < KoqHeader.maximumSections else { throw fail("more than 16384 sections") }
    guard let shape = SectionEntry.Shape(section.shape), let count = shape.count else { throw fail("shape") }
    let (rawLength, overflow) = count.multipliedReportingOverflow(by: section.elementType.size)
    if overflow { throw fail("shape") }
    let entry = SectionEntry(
      name: section.name, kind: section.kind, elementType: section.elementType, shape: shape,
      rawLength: rawLength, rowsPerBlock: section.rowsPerBlock, attribute: section.attribute)
    guard entry.rowsPerBlock >= 0, entry.rowsPerBlock == 0 || entry.rowsPerBlock <= entry.rows else {
      throw fail("rows per block")
    }
    return entry
  }

  /// Writes table and header, flushes, and gives the file its name. After an error nothing is left.
  public func finish() throws(KoqError) -> Summary {
    if let open {
      throw KoqError(.invalidEntry("the section is not finished"), section: open.entry.name, path: path)
    }
    do throws(SystemError) {
      let header = try writeTable()
      try file.commit()
      return Summary(header: header, sections: entries)
    } catch {
      file.discard()
      throw KoqError(.system(error), path: path)
    }
  }

  /// Gives up; what was at the path before stays.
  public func discard() { file.discard() }

  private func writeTable() throws(SystemError) -> KoqHeader {
    let tableOffset = (end + 63) & ~63
    let size = SectionEntry.encodedSize
    let table = try AlignedBuffer(byteCount: entries.count * size)
    for (index, entry) in entries.enumerated() {
      entry.encode(
        into: UnsafeMutableRawBufferPointer(rebasing: table.bytes[index * size..<(index + 1) * size]))
    }
    let bytes = UnsafeRawBufferPointer(table.bytes)
    let header = KoqHeader(
      sectionCount: entries.count, totalLength: tableOffset + bytes.count, tableOffset: tableOffset,
      tableHash: XXH3.hash(bytes),
      contentHash: try ContentHash.hash(table: bytes, stride: size, count: entries.count))
    let first = try AlignedBuffer(byteCount: KoqHeader.size)
    header.encode(into: first.bytes)
    // An empty table still makes the file as long as the header says; gaps are holes, which read as zeros.
    try file.write(bytes, at: tableOffset)
    try file.write(UnsafeRawBufferPointer(first.bytes), at: 0)
    return header
  }
}
