/// Sections that are needed at the same time, and where each of them lies in one buffer. Those that are used
/// in place in the file take no room in it.
package struct SectionGroup: Sendable {
  /// A section of the group: its index in `KoqFile.sections` and its offset in the buffer, nil in place.
  struct Place: Sendable {
    var section: Int
    var offset: Int?
  }

  private(set) var places: [Place] = []
  /// Bytes of the buffer.
  private(set) var byteCount = 0
  /// Bytes of the sections that are used in place.
  private(set) var inPlaceByteCount = 0

  init() {}

  /// Adds a section and returns its index in the group; nil when the sizes add up to more than `Int` holds.
  mutating func add(_ section: Int, byteCount length: Int, inPlace: Bool) -> Int? {
    let total = inPlace ? inPlaceByteCount : byteCount
    let (end, overflow) = total.addingReportingOverflow(length)
    guard !overflow, let padded = alignedUp(end, to: AlignedBuffer.cacheLine) else { return nil }
    places.append(Place(section: section, offset: inPlace ? nil : byteCount))
    if inPlace { inPlaceByteCount = end } else { byteCount = padded }
    return places.count - 1
  }
}

/// Where the bytes of a group are: those in place count from the start of the file.
struct GroupBytes {
  let group: SectionGroup
  private let sections: [SectionEntry]
  private let file: UnsafeRawPointer
  private let buffer: UnsafeRawPointer

  /// - Parameter buffer: at least `group.byteCount` bytes.
  init(_ group: SectionGroup, of file: KoqFile, buffer: UnsafeMutableRawPointer) {
    self.group = group
    sections = file.sections
    self.buffer = UnsafeRawPointer(buffer)
    // Without bytes in memory nothing is in place, and this is not used.
    self.file = file.bytes?.baseAddress ?? UnsafeRawPointer(buffer)
  }

  /// The first element of section `index` of the group.
  func pointer<Element: BitwiseCopyable>(
    _ index: Int, of type: Element.Type = Element.self
  ) -> UnsafePointer<Element> {
    let place = group.places[index]
    let start = place.offset.map { buffer + $0 } ?? file + sections[place.section].offset
    return start.assumingMemoryBound(to: Element.self)
  }

  func bytes(_ index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: pointer(index, of: UInt8.self), count: sections[group.places[index].section].rawLength)
  }
}
