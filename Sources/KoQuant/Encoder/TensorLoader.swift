import Kernels

/// Gives out the bytes of sections for as long as the model lives: stored sections of a mapped file in place,
/// all others decoded once into memory of their own.
struct TensorLoader {
  private var cursor: SectionCursor
  private let decoder: SectionDecoder
  /// What was decoded; whoever uses the bytes keeps these, and the file.
  private(set) var buffers: [AlignedBuffer] = []

  init(_ file: KoqFile) throws(EmbeddingError) {
    cursor = SectionCursor(file)
    do throws(KoqError) { decoder = try SectionDecoder() } catch { throw .file(error) }
  }

  private var file: KoqFile { cursor.file }

  /// The bytes of a section that must be there, checked against their hash.
  mutating func bytes(_ name: SectionName) throws(EmbeddingError) -> UnsafeRawBufferPointer {
    do throws(KoqError) {
      return try load(try cursor.require(name))
    } catch {
      throw .file(error)
    }
  }

  /// The elements of a tensor that must be there with exactly this type and shape.
  mutating func tensor<Element: BitwiseCopyable>(
    _ name: SectionName, of type: Element.Type = Element.self, _ shape: [Int]
  ) throws(EmbeddingError) -> UnsafePointer<Element> {
    do throws(KoqError) {
      return try elements(try cursor.require(name), shape)
    } catch {
      throw .file(error)
    }
  }

  /// The same for a tensor that need not be there.
  mutating func optionalTensor<Element: BitwiseCopyable>(
    _ name: SectionName, of type: Element.Type = Element.self, _ shape: [Int]
  ) throws(EmbeddingError) -> UnsafePointer<Element>? {
    guard let entry = file.section(named: name) else { return nil }
    do throws(KoqError) { return try elements(entry, shape) } catch { throw .file(error) }
  }

  /// Input channels per activation scale of the matrix `name`, from its attribute.
  func groupSize(_ name: SectionName, inputs: Int) throws(EmbeddingError) -> Int {
    do throws(KoqError) {
      let entry = try file.requiredSection(named: name)
      guard entry.attribute % UInt32(Tile.lanes) == 0 else {
        throw file.failure(.invalidContents("activation group size, not a multiple of 16"), entry)
      }
      let whole = Tile.stride(inputs)
      return entry.attribute == 0 ? whole : min(Int(clamping: entry.attribute), whole)
    } catch {
      throw .file(error)
    }
  }

  /// Throws when there is a section that a file of this configuration cannot have.
  func requireAbsence(_ name: SectionName) throws(EmbeddingError) {
    guard let entry = file.section(named: name) else { return }
    throw .file(file.failure(.invalidContents("more layers than the model's configuration has"), entry))
  }

  private mutating func elements<Element: BitwiseCopyable>(
    _ entry: SectionEntry, _ shape: [Int]
  ) throws(KoqError) -> UnsafePointer<Element> {
    let expected: SectionEntry.ElementType =
      Element.self == Int8.self ? .int8 : Element.self == Int32.self ? .int32 : .float32
    guard entry.elementType == expected, entry.shape == SectionEntry.Shape(shape) else {
      throw file.failure(.invalidContents("type or shape, which contradict the model's configuration"), entry)
    }
    guard let start = try load(entry).baseAddress else {
      throw file.failure(.invalidContents("no elements"), entry)
    }
    return start.assumingMemoryBound(to: Element.self)
  }

  private mutating func load(_ entry: SectionEntry) throws(KoqError) -> UnsafeRawBufferPointer {
    if file.isInPlace(entry) {
      try file.verify(entry, using: decoder)
      return try file.bytes(of: entry)
    }
    let buffer: AlignedBuffer
    do throws(SystemError) {
      buffer = try AlignedBuffer(byteCount: entry.rawLength, zeroed: false, calls: file.calls)
    } catch {
      throw file.failure(.system(error), entry)
    }
    try file.decode(entry, into: buffer.bytes, using: decoder)
    buffers.append(buffer)
    return UnsafeRawBufferPointer(buffer.bytes)
  }
}
