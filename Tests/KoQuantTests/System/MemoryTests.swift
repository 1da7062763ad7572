import Foundation
import KoQuant
import Testing

@Suite struct MappedFileTests {
  @Test func mapsTheFile() throws {
    let scratch = try Scratch()
    let contents = (0..<9_000).map { UInt8(truncatingIfNeeded: $0) }
    let mapped = try MappedFile(path: try scratch.file("data", contents))
    #expect(mapped.bytes.elementsEqual(contents))
    #expect(UInt(bitPattern: mapped.bytes.baseAddress) % 4096 == 0)
  }

  @Test func anEmptyFileMapsToNothing() throws {
    let scratch = try Scratch()
    #expect(try MappedFile(path: try scratch.file("empty", [])).bytes.isEmpty)
  }

  @Test func outlivesItsName() throws {
    let scratch = try Scratch()
    let path = try scratch.file("data", [1, 2, 3])
    let mapped = try MappedFile(path: path)
    try FileManager.default.removeItem(atPath: path)
    #expect(mapped.bytes.elementsEqual([1, 2, 3]))
  }

  @Test func failureIsTyped() throws {
    let scratch = try Scratch()
    let path = try scratch.file("data", [1, 2, 3])
    var calls = SystemCalls.live
    calls.map = { _, _, _ in -ENODEV }
    #expect(throws: SystemError(.map, .errno(ENODEV), path: path)) {
      try MappedFile(path: path, calls: calls)
    }
  }
}

@Suite struct AlignedBufferTests {
  @Test(arguments: [(0, 64), (1, 64), (100, 4096), (1_000_000, 64)])
  func isAlignedAndZeroed(size: Int, alignment: Int) throws {
    let buffer = try AlignedBuffer(byteCount: size, alignment: alignment)
    #expect(buffer.count == size)
    #expect(UInt(bitPattern: buffer.bytes.baseAddress) % UInt(alignment) == 0)
    #expect(buffer.bytes.allSatisfy { $0 == 0 })
  }

  @Test func elements() throws {
    let buffer = try AlignedBuffer(count: 33, of: Float.self)
    let floats = buffer.elements(of: Float.self)
    #expect(floats.count == 33)
    floats[32] = 1.5
    #expect(buffer.bytes.loadUnaligned(fromByteOffset: 128, as: Float.self) == 1.5)
  }

  @Test func impossibleSizesThrow() {
    #expect(throws: SystemError.self) { try AlignedBuffer(byteCount: -1) }
    #expect(throws: SystemError.self) { try AlignedBuffer(byteCount: Int.max) }
    #expect(throws: SystemError.self) { try AlignedBuffer(count: Int.max / 2, of: Double.self) }
    #expect(throws: SystemError.self) { try AlignedBuffer(byteCount: 8, alignment: 48) }
  }

  @Test func noMemoryThrows() {
    var calls = SystemCalls.live
    calls.allocate = { _, _ in nil }
    let error = #expect(throws: SystemError.self) { try AlignedBuffer(byteCount: 4711, calls: calls) }
    #expect(error?.message == "cannot allocate 4711 bytes: Cannot allocate memory")
  }
}
