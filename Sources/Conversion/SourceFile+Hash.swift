import Checkpoint
import Crypto
import Interchange
import KoQuant

extension SourceFile {
  /// SHA-256 of the file's contents in hexadecimal digits.
  func sha256() throws -> String {
    let file = try FileReader(path: path)
    let buffer = try AlignedBuffer(byteCount: 1 << 20, zeroed: false)
    var hash = SHA256()
    var offset = 0
    while offset < file.size {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: buffer.bytes[..<min(buffer.count, file.size - offset)])
      try file.read(into: part, at: offset)
      hash.update(bufferPointer: UnsafeRawBufferPointer(part))
      offset += part.count
    }
    return hash.finalize().hexadecimal
  }
}

extension SHA256.Digest {
  /// 64 hexadecimal digits.
  var hexadecimal: String {
    map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}

extension Checkpoint {
  /// Names of this checkpoint's files that are not those that a model was converted from, by the SHA-256 that
  /// the model's section `provenance` states; files that it does not name count too.
  public func filesThatDiffer(fromProvenance json: [UInt8]) throws -> [String] {
    var hashes: [String: String] = [:]
    for file in try JSON(parsing: json)["files"]?.arrayValue ?? [] {
      guard let name = file["name"]?.stringValue, let hash = file["sha256"]?.stringValue else { continue }
      hashes[name] = hash
    }
    return try sourceFiles.filter { try hashes[$0.name] != $0.sha256() }.map(\.name)
  }
}
