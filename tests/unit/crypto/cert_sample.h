/* SPDX-License-Identifier: Apache-2.0 */
/* Made for the tests alone: a certificate of 100 years, its key, another key. */
#ifndef FJ_TESTS_CERT_SAMPLE_H
#define FJ_TESTS_CERT_SAMPLE_H

static const char sample_cert[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBmDCCAT2gAwIBAgIUZ+LjzpLAkiL3zDVIkWP24Nl4y28wCgYIKoZIzj0EAwIw\n"
    "ETEPMA0GA1UEAwwGc2FtcGxlMCAXDTI2MTEyNDAyMjE0NFoYDzIxMjYxMDMxMDIy\n"
    "MTQ0WjARMQ8wDQYDVQQDDAZzYW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
    "AAR7/IGVFVEk7sICPuX+nhDVs8aZZJihUPk+qmNe7wF6JMI5pgcT9HAOv0mnsfYg\n"
    "VUQwO9/OP89g38tWhaq8znqjo3EwbzAdBgNVHQ4EFgQUrdvmP4ZkV6o/k9sLVKjV\n"
    "1sZIBvIwHwYDVR0jBBgwFoAUrdvmP4ZkV6o/k9sLVKjV1sZIBvIwDwYDVR0TAQH/\n"
    "BAUwAwEB/zAcBgNVHREEFTATggtodWIuZXhhbXBsZYcEwAACATAKBggqhkjOPQQD\n"
    "AgNJADBGAiEA/fMm2ZhdkzHHrTcEv705YWgDegg/h3cI5R72RHSIIa8CIQDLCw16\n"
    "MadsaI0htcNQ4WxXBugZVTGaZX9oGzufbf2wkA==\n"
    "-----END CERTIFICATE-----\n";

static const char sample_key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgedywfXG53376Tg/C\n"
    "2XI76sYgKXn3VUF6kYE3D38woCOhRANCAAR7/IGVFVEk7sICPuX+nhDVs8aZZJih\n"
    "UPk+qmNe7wF6JMI5pgcT9HAOv0mnsfYgVUQwO9/OP89g38tWhaq8znqj\n"
    "-----END PRIVATE KEY-----\n";

static const char other_key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsf1+zKlNd4EfTnEh\n"
    "5dci6qivsuoBzlCFhaWg9XMjNhWhRANCAATMe+A5Q6etNZPEEwWPPF0j8q4BZ7lH\n"
    "JEIg0kpW4xQ9Qi7kbuTCMXkBLC+jsQdqeIsocrN7O56yVgcGm6fj5s5d\n"
    "-----END PRIVATE KEY-----\n";

#endif
