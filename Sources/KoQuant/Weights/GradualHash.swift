/// The hash of a section in place, taken in parts and compared when the last one is in.
///
/// The word table is the largest section by far, and a text needs a few of its rows: hashed beside each layer of the
/// first pass, it keeps no thread waiting, and still no vector comes out before all of it has been checked.
final class GradualHash: @unchecked Sendable {
  private let file: KoqFile
  private let stream: XXH3.Stream
  private var done = 0

  init(_ file: KoqFile) throws(KoqError) {
    self.file = file
    do throws(SystemError) { stream = try XXH3.Stream() } catch {
      throw KoqError(.system(error), path: file.path)
    }
  }

  /// Hashes the bytes of `entry`, always the same section, from where the last call ended to `end`; throws
  /// `damagedSection` when that is its end and the hash is wrong. To be called by one thread at a time.
  func advance(_ entry: SectionEntry, to end: Int) throws(KoqError) {
    let bytes = try file.bytes(of: entry)
    // A part comes twice when something else went wrong beside it and the pass is repeated.
    if done < end {
      stream.update(bytes.slice(done..<end))
      done = end
    }
    if done == bytes.count, stream.digest() != entry.storedHash { throw file.failure(.damagedSection, entry) }
  }
}
