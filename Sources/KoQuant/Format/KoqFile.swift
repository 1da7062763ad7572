/// A `.koq` file, opened for reading: its table has been checked against the file's real size, the contents of
/// its sections are checked when they are decoded or `verify` is called.
///
/// Can be used from several threads at a time, each with a `SectionDecoder` of its own.
public final class KoqFile: Sendable {
  public enum Access: Sendable {
    /// The page cache is the memory: stored sections are used in place.
    case mapped
    /// Sections are read into the caller's memory; nothing breaks when somebody shortens the file.
    case read
  }

  enum Source: @unchecked Sendable {
    case mapped(MappedFile)
    case file(FileReader)
    case memory(UnsafeRawBufferPointer)
  }

  public let path: String
  public let header: KoqHeader
  /// In the order of the file.
  public let sections: [SectionEntry]
  let source: Source
  let calls: SystemCalls

  /// Opens and checks the file at `path`; memory beyond the table is only taken later.
  public convenience init(
    path: String, access: Access = .mapped, calls: SystemCalls = .live
  ) throws(KoqError) {
    let file: FileReader
    do throws(SystemError) { file = try FileReader(path: path, calls: calls) } catch {
      throw KoqError(.system(error), path: path)
    }
    try self.init(file, access: access)
  }

  /// The same for a file that the caller has open, and may close.
  public convenience init(
    descriptor: Int32, access: Access = .mapped, calls: SystemCalls = .live
  ) throws(KoqError) {
    let file: FileReader
    do throws(SystemError) { file = try FileReader(descriptor: descriptor, calls: calls) } catch {
      throw KoqError(.system(error))
    }
    try self.init(file, access: access)
  }

  private convenience init(_ file: FileReader, access: Access) throws(KoqError) {
    let source: Source
    do throws(SystemError) {
      source = access == .mapped ? .mapped(try MappedFile(file)) : .file(file)
    } catch {
      throw KoqError(.system(error), path: file.path)
    }
    let table: (KoqHeader, [SectionEntry])
    do throws(KoqError) { table = try source.readHeaderAndTable(file.calls) } catch {
      throw error.at(file.path)
    }
    self.init(source, table, path: file.path, calls: file.calls)
  }

  /// Uses the bytes of a file that are in memory already, at a multiple of 64, for as long as this object lives.
  public convenience init(memory: UnsafeRawBufferPointer, calls: SystemCalls = .live) throws(KoqError) {
    guard UInt(bitPattern: memory.baseAddress) % UInt(SectionEntry.minimumAlignment) == 0 else {
      throw KoqError(.misalignedMemory)
    }
    let source = Source.memory(memory)
    self.init(source, try source.readHeaderAndTable(calls), path: "", calls: calls)
  }

  /// The same file, mapped if its bytes are not in memory already; the table is not read again.
  public func mapped() throws(KoqError) -> KoqFile {
    guard case .file(let file) = source else { return self }
    let mapped: MappedFile
    do throws(SystemError) { mapped = try MappedFile(file) } catch {
      throw KoqError(.system(error), path: path)
    }
    return KoqFile(.mapped(mapped), (header, sections), path: path, calls: calls)
  }

  /// Throws when somebody has written to the file since it was opened.
  package func requireUnchanged() throws(KoqError) {
    switch source {
    case .mapped(let mapped): if mapped.file.isUnchanged { return }
    case .file(let file): if file.isUnchanged { return }
    case .memory: return
    }
    throw KoqError(.changed, path: path)
  }

  private init(_ source: Source, _ table: (KoqHeader, [SectionEntry]), path: String, calls: SystemCalls) {
    self.source = source
    self.path = path
    self.calls = calls
    (header, sections) = table
  }

  /// All of the file when it is mapped or in memory.
  var bytes: UnsafeRawBufferPointer? {
    switch source {
    case .mapped(let file): file.bytes
    case .memory(let bytes): bytes
    case .file: nil
    }
  }

  /// The error `reason` about a section of this file.
  func failure(_ reason: KoqError.Reason, _ entry: SectionEntry, offset: Int? = nil) -> KoqError {
    KoqError(reason, section: entry.name, offset: offset ?? entry.offset, path: path)
  }
}

extension KoqFile {
  /// The section of that name, nil when there is none. Searches from `start` on and then from the front, so
  /// reading sections in file order, each from behind the last, takes no time.
  public func index(of name: SectionName, from start: Int = 0) -> Int? {
    if name.isNone { return nil }
    for step in 0..<sections.count {
      var index = start + step
      if index >= sections.count { index -= sections.count }
      guard sections.indices.contains(index) else { continue }
      if sections[index].name == name, sections[index].isKnown { return index }
    }
    return nil
  }

  public func section(named name: SectionName) -> SectionEntry? { index(of: name).map { sections[$0] } }

  /// The section of that name; throws `missingSection`.
  public func requiredSection(named name: SectionName) throws(KoqError) -> SectionEntry {
    guard let entry = section(named: name) else { throw KoqError(.missingSection, section: name, path: path) }
    return entry
  }
}

extension SectionEntry {
  /// Whether this version of the program knows what the section is.
  public var isKnown: Bool {
    if case .unknown = kind { return false }
    return true
  }
}
