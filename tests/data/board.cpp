// Stand-ins for the libraries of the sketch in docs/open-frame.md, and a board to run it on:
// `board MTU GYRO_DPS` prints the info value, then each notification with its time. Every sample
// carries its own number; some are overwritten before they are fetched and some frames not sent.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

enum { LOW, HIGH, INPUT, OUTPUT, RISING, AR_INTERNAL_3_0, I2C_MODE, BANDWIDTH_MAX };
enum { CHR_PROPS_READ = 2, CHR_PROPS_WRITE = 8, CHR_PROPS_NOTIFY = 16 };
enum { SECMODE_NO_ACCESS, SECMODE_OPEN, BLE_GAP_ADV_FLAGS_LE_ONLY_GENERAL_DISC_MODE };
enum { TIMER_MODE_MODE_Timer, TIMER_BITMODE_BITMODE_32Bit };
const int PIN_VBAT = 32, PIN_LSM6DS3TR_C_INT1 = 18;
const uint16_t BLE_CONN_HANDLE_INVALID = 0xFFFF;
int digitalPinToInterrupt(int pin) { return pin; }
void (*pulse)() = nullptr;
void attachInterrupt(int, void (*handler)(), int) { pulse = handler; }
void pinMode(int, int) {}
void digitalWrite(int, int) {}
int analogRead(int) { return 1900; }
void analogReference(int) {}
void analogReadResolution(int) {}
void delay(unsigned) {}
void noInterrupts() {}
void interrupts() {}
void sd_clock_hfclk_request() {}
struct { uint32_t TASKS_CAPTURE[6], CC[6], MODE, BITMODE, PRESCALER, TASKS_CLEAR, TASKS_START; } timer;
auto *NRF_TIMER3 = &timer;
struct { void setClock(int) {} } Wire1;

int mtu = 247, sent = 0;
long sample = 0;
double nowS = 0;

struct BLEService {
  BLEService(const uint8_t *) {}
  void begin() {}
};
struct BLECharacteristic {
  typedef void (*Written)(uint16_t, BLECharacteristic *, uint8_t *, uint16_t);
  const uint8_t *uuid;
  Written written = nullptr;
  uint8_t value[300];
  int length = 0;
  BLECharacteristic(const uint8_t *u) : uuid(u) {}
  void setProperties(int) {}
  void setPermission(int, int) {}
  void setMaxLen(int) {}
  void setFixedLen(int) {}
  void setWriteCallback(Written f) { written = f; }
  void begin() {}
  void write(const void *data, uint16_t n) { memcpy(value, data, length = n); }
  bool notify(uint16_t, const void *data, uint16_t n) {
    if (++sent % 50 == 0) return false;
    printf("%.6f %d ", nowS, uuid[12]);
    for (int i = 0; i < n && i < mtu - 3; i++) printf("%02x", ((const uint8_t *)data)[i]);
    printf("\n");
    return true;
  }
};
struct BLEBas {
  void begin() {}
  void write(uint8_t) {}
};
struct BLEDis {
  void begin() {}
  void setManufacturer(const char *) {}
  void setModel(const char *) {}
};
struct BLEConnection {
  void requestDataLengthUpdate() {}
  void requestMtuExchange(int) {}
  void requestConnectionParameter(int) {}
  uint16_t getMtu() { return mtu; }
} theLink;
struct Air {
  void addFlags(int) {}
  void addService(BLEService &) {}
  void addName() {}
  void restartOnDisconnect(bool) {}
  void setInterval(int, int) {}
  void start(int) {}
};
struct {
  Air Advertising, ScanResponse;
  struct {
    void (*connected)(uint16_t);
    void setConnectCallback(void (*f)(uint16_t)) { connected = f; }
    void setDisconnectCallback(void (*)(uint16_t, uint8_t)) {}
  } Periph;
  void configPrphBandwidth(int) {}
  void begin() {}
  void setName(const char *) {}
  void setTxPower(int) {}
  BLEConnection *Connection(uint16_t) { return &theLink; }
} Bluefruit;
enum status_t { IMU_SUCCESS, IMU_HW_ERROR };
struct LSM6DS3 {
  LSM6DS3(int, uint8_t) {}
  void begin() {}
  void writeRegister(uint8_t, uint8_t) {}
  status_t readRegisterRegion(uint8_t *out, uint8_t from, uint8_t n) {
    int16_t words[6] = {(int16_t)-sample, 7, 8, (int16_t)sample, 2048, (int16_t)(3 * sample)};
    memcpy(out, (uint8_t *)words + (from - 0x22), n);
    return IMU_SUCCESS;
  }
};

#include "sketch.inc"

int main(int, char **argv) {
  mtu = atoi(argv[1]);
  int gyro = atoi(argv[2]);
  setup();
  Bluefruit.Periph.connected(0);
  loop();
  uint8_t start[7] = {1, 200, 0, 16, 0, (uint8_t)gyro, (uint8_t)(gyro >> 8)};
  control.written(0, &control, start, sizeof(start));
  if (infoValue.value[1]) return 1;
  loop();
  for (int i = 0; i < infoValue.length; i++) printf("%02x", infoValue.value[i]);
  printf("\n");
  for (sample = 0; sample < 4000; sample++) {
    nowS = sample / 207.3;
    timer.CC[0] = (uint32_t)(uint64_t)(4294000000.0 + 1e6 * nowS);  // wraps within the first second
    pulse();
    if (sample % 700 == 350) continue;
    loop();
    loop();
  }
}
